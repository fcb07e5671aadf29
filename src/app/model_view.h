// The parts of the view (config_view.h) that models and what stands beside them share. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "paddock/config/model.h"

namespace paddock::app {

nlohmann::ordered_json view_of(const config::ModelConfig& model);
// Empty when nothing is filtered.
nlohmann::ordered_json view_of(const config::Filters& filters);
nlohmann::ordered_json view_of(const config::Timeouts& timeouts);
nlohmann::ordered_json view_of(const config::KvCache& kv_cache);

// As the file takes them: `1m30s`, `64MiB`.
std::string duration(std::chrono::nanoseconds time);
std::string size(std::uint64_t bytes);

// A JsonText as a value; text that is no JSON stays text.
nlohmann::ordered_json parsed(const config::JsonText& text);

}  // namespace paddock::app
