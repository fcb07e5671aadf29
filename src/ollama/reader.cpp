#include "reader.h"

#include <cmath>
#include <utility>

namespace paddock::ollama {

namespace {

// Exact in a double; no option is larger.
constexpr double kLargest = 9007199254740992.0;

std::optional<std::int64_t> whole_value(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!(std::abs(number) <= kLargest) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::string Reader::text(Json& json, const char* key, const std::string& where) {
  Json* value = find(json, key);
  if (value == nullptr) return {};
  if (value->is_string()) return std::move(value->get_ref<std::string&>());
  fail(where + key + " must be text");
  return {};
}

bool Reader::flag(const Json& json, const char* key, bool otherwise, const std::string& where) {
  const Json* value = find(json, key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) fail(where + key + " must be true or false");
  return value->is_boolean() ? value->get<bool>() : otherwise;
}

std::optional<std::int64_t> Reader::whole(const Json& json, const char* key, const std::string& where) {
  const Json* value = find(json, key);
  if (value == nullptr) return std::nullopt;
  const auto whole = whole_value(*value);
  if (!whole) fail(where + key + " must be a whole number");
  return whole;
}

std::optional<double> Reader::number(const Json& json, const char* key, const std::string& where) {
  const Json* value = find(json, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  fail(where + key + " must be a number");
  return std::nullopt;
}

std::vector<std::string> Reader::texts(Json& json, const char* key, const std::string& where) {
  Json* value = find(json, key);
  std::vector<std::string> found;
  if (value == nullptr) return found;
  if (value->is_string()) {
    found.push_back(std::move(value->get_ref<std::string&>()));
    return found;
  }
  if (!value->is_array()) fail(where + key + " must be text or a list of texts");
  if (!value->is_array()) return found;
  for (Json& item : *value) {
    if (!item.is_string()) fail(where + key + " must hold nothing but texts");
    if (!item.is_string()) return {};
    found.push_back(std::move(item.get_ref<std::string&>()));
  }
  return found;
}

Json* Reader::object(Json& json, const char* key, const std::string& where) {
  Json* value = find(json, key);
  if (value == nullptr || value->is_object()) return value;
  fail(where + key + " must be an object");
  return nullptr;
}

Json* Reader::list(Json& json, const char* key, const std::string& where) {
  Json* value = find(json, key);
  if (value == nullptr || value->is_array()) return value;
  fail(where + key + " must be a list");
  return nullptr;
}

void Reader::fail(std::string sentence) {
  if (!problem_) problem_ = std::move(sentence);
}

}  // namespace paddock::ollama
