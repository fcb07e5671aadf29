#include "json.h"

#include <utility>
#include <vector>

namespace paddock::ollama {

namespace {

// Looks at the brackets and commas of a text, of which only the part up to its first mistake need be JSON.
class Outline {
 public:
  // What is too much of it; nullptr if nothing is.
  const char* complaint(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '"') {
        i = end_of_string(text, i);
      } else if (c == '{' || c == '[') {
        if (open_.size() == kMostDepth) return "nests too deep";
        open_.push_back({c == '{', 0});
      } else if (c == '}' || c == ']') {
        if (open_.empty()) return nullptr;
        open_.pop_back();
      } else if (c == ',' && !comma()) {
        return "has an object with too many members";
      }
    }
    return nullptr;
  }

 private:
  struct Open {
    bool object;
    std::size_t commas;
  };

  static std::size_t end_of_string(std::string_view text, std::size_t i) {
    for (++i; i < text.size() && text[i] != '"'; ++i) {
      if (text[i] == '\\') ++i;
    }
    return i;
  }

  bool comma() {
    if (open_.empty() || !open_.back().object) return true;
    return ++open_.back().commas < kMostMembers && ++in_all_ < kMostMembersInAll;
  }

  std::vector<Open> open_;
  std::size_t in_all_ = 0;
};

}  // namespace

Parsed parse(std::string_view text) {
  if (const char* complaint = Outline().complaint(text)) return {nullptr, complaint};
  // nlohmann takes a NUL for the end.
  if (text.find('\0') != std::string_view::npos) return {nullptr, "is not valid JSON"};
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return {nullptr, "is not valid JSON"};
  return {std::move(json), {}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

const Json* find(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

Json* find(Json& json, const char* key) { return const_cast<Json*>(find(std::as_const(json), key)); }

std::string text_of(Json& json, const char* key) {
  Json* value = find(json, key);
  return value != nullptr && value->is_string() ? std::move(value->get_ref<std::string&>()) : std::string();
}

}  // namespace paddock::ollama
