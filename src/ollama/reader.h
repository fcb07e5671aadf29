// Reader: takes typed members out of a request and remembers the first that is of the wrong type.
//
// Each getter gives a default for a member that is missing or null, so that a translation reads straight on
// and asks once, at its end, whether all was well. Not for answers of upstreams: those are read as far as
// they make sense. One request, one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json.h"

namespace paddock::ollama {

class Reader {
 public:
  // `where`: what stands before the key in a message, as `options.`. Texts are moved out of `json`.
  std::string text(Json& json, const char* key, const std::string& where = {});
  bool flag(const Json& json, const char* key, bool otherwise, const std::string& where = {});
  std::optional<std::int64_t> whole(const Json& json, const char* key, const std::string& where = {});
  std::optional<double> number(const Json& json, const char* key, const std::string& where = {});
  // A text counts as a list of one.
  std::vector<std::string> texts(Json& json, const char* key, const std::string& where = {});
  // nullptr as well if it is of another type.
  Json* object(Json& json, const char* key, const std::string& where = {});
  Json* list(Json& json, const char* key, const std::string& where = {});

  // The first one counts.
  void fail(std::string sentence);
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  std::optional<std::string> problem_;
};

}  // namespace paddock::ollama
