// A JSON value as YAML that people like to read: block style, plain words where YAML cannot mistake them,
// text of several lines as `|`. What it writes reads back as the same value. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace paddock::app {

// Ends with a newline.
std::string to_yaml(const nlohmann::ordered_json& value);

}  // namespace paddock::app
