// The daemon's plan for a model, as people read it. Pure; any thread.
#pragma once

#include <optional>
#include <string>

namespace paddock::app {

// Of the answer of `GET /api/plan`, a line `MODEL: ACTION` and below it, indented, what is known beyond that.
// Nothing if it is no plan.
std::optional<std::string> plan_text(const std::string& json);

}  // namespace paddock::app
