// The daemon's answer about whether a model fits, for people. Pure.
#pragma once

#include <optional>
#include <string>

namespace paddock::app {

// Nothing: it is no such answer. No control bytes, whatever is in it.
std::optional<std::string> fit_text(const std::string& json);

}  // namespace paddock::app
