// Any bytes as a command line: no crash, errors point into the text, and words quoted again give themselves.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "paddock/config/command.h"

namespace {

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
  const auto words = paddock::config::split_command(text);
  if (words.has_error()) {
    if (words.error().offset >= size) std::abort();
    return 0;
  }
  for (const std::string& word : *words) {
    if (word.find('\n') != std::string::npos) continue;  // lines are looked at before quotes
    const auto again = paddock::config::split_command(quoted_again(word));
    if (!again.has_value() || again->size() != 1 || again->front() != word) std::abort();
  }
  return 0;
}
