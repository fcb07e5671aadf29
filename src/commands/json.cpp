#include "json.h"

#include "text.h"

namespace paddock::commands {

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json() : json;
}

const Json& at(const Json& json, const char* key) {
  static const Json kNone;
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found == json.end() ? kNone : *found;
}

std::optional<std::string> text_at(const Json& json, const char* key) {
  const Json& found = at(json, key);
  return found.is_string() ? std::optional(found.get<std::string>()) : std::nullopt;
}

std::string word_at(const Json& json, const char* key) {
  const std::string word = shown(text_at(json, key).value_or(""));
  return word.empty() ? "-" : word;
}

std::optional<double> number_at(const Json& json, const char* key) {
  const Json& found = at(json, key);
  return found.is_number() ? std::optional(found.get<double>()) : std::nullopt;
}

double count_at(const Json& json, const char* key) { return number_at(json, key).value_or(0); }

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace paddock::commands
