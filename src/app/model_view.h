// The parts of the view (config_view.h) that models and what stands beside them share. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "paddock/config/model.h"

namespace paddock::app {

nlohmann::ordered_json view_of(const config::ModelConfig& model);
// Empty when nothing is filtered.
nlohmann::ordered_json view_of(const config::Filters& filters);
nlohmann::ordered_json view_of(const config::Timeouts& timeouts);

// A JsonText as a value; text that is no JSON stays text.
nlohmann::ordered_json parsed(const config::JsonText& text);

}  // namespace paddock::app
