// The effective configuration as people may see it: the file's own keys, defaults applied, macros expanded,
// `${PORT}` and `${PID}` left, `***` for what is secret. What is empty and means nothing is left out, and so
// is the group that every configuration has. Where nothing is masked it loads again and means the same.
// Pure; any thread.
//
// To add an option: its line in the function of its block.
#pragma once

#include <nlohmann/json.hpp>

#include "paddock/config/config.h"

namespace paddock::app {

nlohmann::ordered_json view_of(const config::Config& config);

}  // namespace paddock::app
