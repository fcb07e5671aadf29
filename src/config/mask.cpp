#include "paddock/config/mask.h"

#include <algorithm>
#include <array>
#include <utility>

#include "command_words.h"
#include "paddock/base/text.h"

namespace paddock::config {

namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Names are not longer; more is not looked at, so that a word with many `=` costs little.
std::string_view last_bytes(std::string_view text) {
  constexpr std::size_t kLongestName = 256;
  return text.substr(text.size() - std::min(text.size(), kLongestName));
}

bool is_secret_variable(std::string_view name) {
  constexpr std::array kParts = {"key", "token", "secret", "pass"};
  const std::string lower = to_lower(name);
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* part) { return lower.find(part) != std::string::npos; });
}

// Only the last part of the name counts: `--max-tokens` and `--api-key-file` hold no secrets.
bool is_secret_flag(std::string_view word) {
  constexpr std::array<std::string_view, 8> kEnds = {"key",      "apikey", "token", "secret",
                                                     "password", "passwd", "pass",  "hft"};
  if (!word.starts_with('-')) return false;
  const std::string_view end = last_bytes(word);
  const std::string lower = to_lower(end.substr(end.find_last_of("-_") + 1));
  return std::find(kEnds.begin(), kEnds.end(), lower) != kEnds.end();
}

// Whether the `=` at `equals` gives a variable its value: NAME=, -eNAME=, --env=NAME=.
bool assigns_secret(std::string_view word, std::size_t equals) {
  const std::string_view before = last_bytes(word.substr(0, equals));
  if (std::all_of(before.begin(), before.end(), is_name_byte)) return is_secret_variable(before);
  const auto is_part = [](char c) { return is_name_byte(c) && !(c >= 'a' && c <= 'z'); };
  std::size_t begin = before.size();
  while (begin > 0 && is_part(before[begin - 1])) --begin;
  return is_secret_variable(before.substr(begin));
}

std::string mask_word(const std::string& word) {
  for (std::size_t equals = word.find('='); equals != std::string::npos;
       equals = word.find('=', equals + 1)) {
    if (is_secret_flag(std::string_view(word).substr(0, equals)) || assigns_secret(word, equals)) {
      return word.substr(0, equals + 1) + std::string(kMask);
    }
  }
  // A command of its own, as in sh -c '...'.
  if (word.find_first_of(" \t\n") == std::string::npos) return word;
  // Prose with an apostrophe is no command; it is hidden only if it speaks of secrets.
  if (split_command(word).has_error() && !is_secret_variable(word)) return word;
  return mask_command(word);
}

std::string in_single_quotes(const std::string& word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// Goes through the words of a command in their order.
class WordMask {
 public:
  // Whether the word holds a secret; then it is masked.
  bool apply(std::string& word) {
    const bool is_secret = is_secret_;
    is_secret_ = !is_secret && is_secret_flag(word);
    std::string masked = is_secret ? std::string(kMask) : mask_word(word);
    if (masked == word) return false;
    word = std::move(masked);
    return true;
  }

 private:
  bool is_secret_ = false;  // the next word, by the flag before it
};

}  // namespace

std::string mask_env(std::string_view entry) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string_view::npos || equals + 1 == entry.size()) return std::string(entry);
  if (!is_secret_variable(entry.substr(0, equals))) return std::string(entry);
  return std::string(entry.substr(0, equals + 1)) + std::string(kMask);
}

std::vector<std::string> mask_words(std::vector<std::string> words) {
  WordMask mask;
  for (std::string& word : words) mask.apply(word);
  return words;
}

std::string mask_command(std::string_view text) {
  Result<std::vector<CommandWord>, CommandError> words = locate_words(text);
  // What cannot be read as a command may hide anything.
  if (words.has_error()) return std::string(kMask);
  WordMask mask;
  std::string out;
  std::size_t from = 0;
  for (CommandWord& word : *words) {
    if (!mask.apply(word.text)) continue;
    const bool plain = word.text.find_first_of(" \t\n'\"\\#") == std::string::npos;
    out += text.substr(from, word.begin - from);
    out += plain ? word.text : in_single_quotes(word.text);
    from = word.end;
  }
  out += text.substr(std::min(from, text.size()));
  return out;
}

}  // namespace paddock::config
