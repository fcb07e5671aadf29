#include "flags.h"

#include <algorithm>

namespace paddock::fit {

namespace {

bool is_one(std::string_view word, Names names) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

}  // namespace

bool has_flag(const Words& words, Names names) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return is_one(word, names) || is_one(word.substr(0, word.find('=')), names);
  });
}

std::optional<std::string> value_of(const Words& words, Names names) {
  std::optional<std::string> value;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::size_t equals = words[at].find('=');
    if (is_one(words[at], names) && at + 1 < words.size()) value = words[at + 1];
    if (equals != std::string::npos && is_one(std::string_view(words[at]).substr(0, equals), names)) {
      value = words[at].substr(equals + 1);
    }
  }
  return value;
}

}  // namespace paddock::fit
