#include "paddock/config/mask.h"

#include <algorithm>

#include "command_words.h"
#include "paddock/base/text.h"

namespace paddock::config {

namespace {

constexpr std::string_view kFlag = "--api-key";
constexpr std::string_view kFlagWithValue = "--api-key=";

bool names_secret(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto holds = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
  return holds("key") || holds("token") || holds("secret") || holds("pass");
}

// Goes through the words of a command in their order.
class WordMask {
 public:
  // Whether the word holds a secret; then it is masked.
  bool apply(std::string& word) {
    const bool after_flag = after_flag_;
    after_flag_ = word == kFlag;
    if (after_flag) {
      word = kMask;
    } else if (std::string_view(word).substr(0, kFlagWithValue.size()) == kFlagWithValue) {
      word = std::string(kFlagWithValue) + std::string(kMask);
    } else {
      return false;
    }
    return true;
  }

 private:
  bool after_flag_ = false;
};

}  // namespace

std::string mask_env(std::string_view entry) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string_view::npos || equals + 1 == entry.size()) return std::string(entry);
  if (!names_secret(entry.substr(0, equals))) return std::string(entry);
  return std::string(entry.substr(0, equals + 1)) + std::string(kMask);
}

std::vector<std::string> mask_words(std::vector<std::string> words) {
  WordMask mask;
  for (std::string& word : words) mask.apply(word);
  return words;
}

std::string mask_command(std::string_view text) {
  // Without quotes the flag is written as it is meant.
  const bool quoted = text.find_first_of("'\"\\") != std::string_view::npos;
  if (!quoted && text.find(kFlag) == std::string_view::npos) return std::string(text);
  Result<std::vector<CommandWord>, CommandError> words = locate_words(text);
  if (words.has_error()) {
    const std::size_t flag = text.find(kFlag);
    if (flag == std::string_view::npos) return std::string(text);
    return std::string(text.substr(0, flag + kFlag.size())) + " " + std::string(kMask);
  }
  WordMask mask;
  std::string out;
  std::size_t from = 0;
  for (CommandWord& word : *words) {
    if (!mask.apply(word.text)) continue;
    out += text.substr(from, word.begin - from);
    out += word.text;
    from = word.end;
  }
  out += text.substr(std::min(from, text.size()));
  return out;
}

}  // namespace paddock::config
