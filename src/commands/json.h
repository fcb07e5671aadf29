// Looking into JSON of which nothing is certain: a later daemon may leave a member out or write it otherwise.
// Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace paddock::commands {

using Json = nlohmann::json;

// A value that is no JSON is null.
Json parsed(const std::string& text);
// The member; null where there is none. It lives as long as `json`.
const Json& at(const Json& json, const char* key);
// The member's text, as it came; nothing where it is none.
std::optional<std::string> text_at(const Json& json, const char* key);
// For people: see shown(); `-` where there is none.
std::string word_at(const Json& json, const char* key);
std::optional<double> number_at(const Json& json, const char* key);
// 0 where there is none.
double count_at(const Json& json, const char* key);
// One line, whatever is in it.
std::string dumped(const Json& json);

}  // namespace paddock::commands
