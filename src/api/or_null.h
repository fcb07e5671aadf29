// What is not known is null in JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace paddock::api {

template <class T>
nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

inline nlohmann::ordered_json or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

}  // namespace paddock::api
