// Any bytes as what an engine prints while it loads, in pieces: no crash, and a percentage is one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "load_scan.h"

using namespace paddock::process;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t piece = size == 0 ? 1 : 1 + data[0];
  LoadScan scan;
  while (!text.empty()) {
    scan.feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
    const auto percent = scan.progress().percent;
    if (percent && (*percent < 0 || *percent > 100)) std::abort();
  }
  return 0;
}
