// Any bytes as a command line: no crash, errors point into the text, words quoted again give themselves, and
// masking keeps the words apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "paddock/config/command.h"
#include "paddock/config/mask.h"

using namespace paddock::config;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

// Double quotes around it; what a double-quoted text treats specially is escaped.
std::string quoted_again(const std::string& word) {
  std::string out = "\"";
  for (const char c : word) {
    if (c == '$' || c == '`' || c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto words = split_command(text);
  const std::string masked = mask_command(text);
  if (words.has_error()) {
    check(words.error().offset < size);
    return 0;
  }
  for (const std::string& word : *words) {
    if (word.find('\n') != std::string::npos) continue;  // lines are looked at before quotes
    const auto again = split_command(quoted_again(word));
    check(again.has_value() && again->size() == 1 && again->front() == word);
  }
  if (text.find('\n') != std::string_view::npos) return 0;
  const auto masked_words = split_command(masked);
  check(masked_words.has_value() && *masked_words == mask_words(*words));
  return 0;
}
