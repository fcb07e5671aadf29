// JSON in and out of this module. Members keep their order: a schema's order is the order in which a model
// writes them, and arguments that come back in another order would cost the model's prompt cache.
//
// Pure functions; any thread; nothing throws.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace paddock::ollama {

using Json = nlohmann::ordered_json;

// nlohmann writes nested values by recursion, and finds members of ordered objects by looking at each.
inline constexpr std::size_t kMostDepth = 200;
inline constexpr std::size_t kMostMembers = 500;           // of one object
inline constexpr std::size_t kMostMembersInAll = 500'000;  // commas of a text's objects

struct Parsed {
  Json json;
  std::string complaint;  // the end of a sentence that begins with what the text is; empty: all is well
};

Parsed parse(std::string_view text);

// On one line. Bytes that are no UTF-8 become U+FFFD.
std::string dump(const Json& json);

// The member of an object; nullptr if it is missing or null, or `json` no object.
const Json* find(const Json& json, const char* key);
Json* find(Json& json, const char* key);

// The member's text; empty if there is none or it is something else.
std::string text_of(Json& json, const char* key);

}  // namespace paddock::ollama
