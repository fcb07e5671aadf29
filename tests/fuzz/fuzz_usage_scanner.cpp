// Any bytes as an answer of any form and coding, cut at any size of piece: the same usage as in one piece.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/metrics/usage_scanner.h"

namespace {

using namespace paddock::metrics;

UsageScanner::Result scan(std::string_view text, std::size_t piece, UsageScanner::Form form, Coding coding) {
  UsageScanner scanner(form, coding);
  for (std::size_t at = 0; at < text.size(); at += piece) scanner.feed(text.substr(at, piece));
  return scanner.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto form = static_cast<UsageScanner::Form>(data[0] % 4);
  const auto coding = static_cast<Coding>(data[0] / 4 % 4);
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = scan(text, std::max<std::size_t>(text.size(), 1), form, coding);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{data[1]} + 1}) {
    const auto cut = scan(text, piece, form, coding);
    if (cut.usage != whole.usage || cut.error != whole.error) std::abort();
  }
  if (whole.usage.input < -1 || whole.usage.output < -1 || whole.error.size() > 503) std::abort();
  return 0;
}
