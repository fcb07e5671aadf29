#include "mask_text.h"

#include <algorithm>

#include "command_words.h"
#include "paddock/config/mask.h"

namespace paddock::config {

namespace {

PortText port_text(std::string text, std::string shown) {
  if (shown == text) return {std::move(text)};
  return {std::move(text), std::move(shown)};
}

// The first secret that ends behind the byte.
auto secret_after(const Text& command, std::size_t offset) {
  return std::upper_bound(command.secrets.begin(), command.secrets.end(), offset,
                          [](std::size_t o, const Part& secret) { return o < secret.end; });
}

// The command's bytes [begin, end) with its secrets masked.
std::string masked_slice(const Text& command, std::size_t begin, std::size_t end) {
  std::string out;
  std::size_t from = begin;
  const auto stop = command.secrets.end();
  for (auto secret = secret_after(command, begin); secret != stop && secret->begin < end; ++secret) {
    if (secret->begin > from) out.append(command.value, from, secret->begin - from);
    out += kMask;
    from = std::min(secret->end, end);
  }
  return out.append(command.value, from, end - from);
}

// A secret may hold quotes itself; then nothing of the word is shown.
std::string shown_word(const Text& command, const CommandWord& word) {
  const auto secret = secret_after(command, word.begin);
  if (secret == command.secrets.end() || secret->begin >= word.end) return word.text;
  const auto again = split_command(masked_slice(command, word.begin, word.end));
  return again.has_value() && again->size() == 1 ? again->front() : std::string(kMask);
}

std::vector<std::string> without_secrets(const Text& command, std::vector<std::string> words) {
  if (command.secrets.empty()) return words;
  const auto located = locate_words(command.value);
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = located.has_value() ? shown_word(command, (*located)[i]) : std::string(kMask);
  }
  return words;
}

}  // namespace

PortText plain_text(const Text& text) { return port_text(text.value, text.shown()); }

PortText env_text(const Text& text) { return port_text(text.value, mask_env(text.shown())); }

PortText command_text(const Text& text) { return port_text(text.value, mask_command(text.shown())); }

std::vector<PortText> command_words(const Text& command, const std::vector<std::string>& words) {
  const std::vector<std::string> shown = mask_words(without_secrets(command, words));
  std::vector<PortText> out;
  out.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) out.push_back(port_text(words[i], shown[i]));
  return out;
}

}  // namespace paddock::config
