#include "mask.h"

#include <algorithm>
#include <array>

#include "paddock/base/text.h"
#include "paddock/config/command.h"

namespace paddock::app {

namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
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
  const std::string lower = to_lower(word.substr(word.find_last_of("-_") + 1));
  return std::find(kEnds.begin(), kEnds.end(), lower) != kEnds.end();
}

// Whether the `=` at `equals` gives a variable its value: NAME=, -eNAME=, --env=NAME=.
bool assigns_secret(std::string_view word, std::size_t equals) {
  const std::string_view before = word.substr(0, equals);
  if (std::all_of(before.begin(), before.end(), is_name_byte)) return is_secret_variable(before);
  std::size_t begin = equals;
  while (begin > 0 && is_name_byte(word[begin - 1]) && !(word[begin - 1] >= 'a' && word[begin - 1] <= 'z')) {
    --begin;
  }
  return is_secret_variable(word.substr(begin, equals - begin));
}

std::string mask_word(const std::string& word) {
  for (std::size_t equals = word.find('='); equals != std::string::npos;
       equals = word.find('=', equals + 1)) {
    if (is_secret_flag(word.substr(0, equals)) || assigns_secret(word, equals)) {
      return word.substr(0, equals + 1) + std::string(kMask);
    }
  }
  // A command of its own, as in sh -c '...'.
  return word.find_first_of(" \t\n") == std::string::npos ? word : mask_command(word);
}

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "_-./:=,+@%${}*";
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return is_name_byte(c) || kPlain.find(c) != std::string_view::npos;
  });
  if (plain) return word;
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

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + quoted(word);
  return out;
}

}  // namespace

std::string mask_env(std::string_view entry) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string_view::npos || !is_secret_variable(entry.substr(0, equals))) {
    return std::string(entry);
  }
  return std::string(entry.substr(0, equals + 1)) + std::string(kMask);
}

std::vector<std::string> mask_words(const std::vector<std::string>& words) {
  std::vector<std::string> masked;
  masked.reserve(words.size());
  bool is_secret = false;
  for (const std::string& word : words) {
    masked.push_back(is_secret ? std::string(kMask) : mask_word(word));
    is_secret = !is_secret && is_secret_flag(word);
  }
  return masked;
}

std::string mask_command(const std::string& text) {
  const auto words = config::split_command(text);
  // What cannot be read as a command may hide anything.
  if (!words) return text.empty() ? text : std::string(kMask);
  const std::vector<std::string> masked = mask_words(*words);
  return masked == *words ? text : join(masked);
}

}  // namespace paddock::app
