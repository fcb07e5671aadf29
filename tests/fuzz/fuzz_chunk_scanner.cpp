// Any bytes as a chunked body, cut at any size of piece: the same end, payload and verdict as in one piece.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "chunk_scanner.h"

namespace {

using paddock::http::ChunkScanner;

struct Scanned {
  ChunkScanner::State state = ChunkScanner::State::kMore;
  std::size_t consumed = 0;
  std::uint64_t payload_bytes = 0;
  std::string payload;

  friend bool operator==(const Scanned&, const Scanned&) = default;
};

Scanned scan(std::string_view text, std::size_t piece_size) {
  ChunkScanner scanner;
  Scanned scanned;
  while (!text.empty() && scanner.state() == ChunkScanner::State::kMore) {
    const std::string_view piece = text.substr(0, piece_size);
    std::vector<std::string_view> runs;
    const std::size_t used = scanner.feed(piece, &runs);
    if (used > piece.size()) std::abort();
    if (used < piece.size() && scanner.state() == ChunkScanner::State::kMore) std::abort();
    for (const std::string_view run : runs) scanned.payload.append(run);
    scanned.consumed += used;
    text.remove_prefix(used);
  }
  scanned.state = scanner.state();
  scanned.payload_bytes = scanner.payload_bytes();
  return scanned;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Scanned whole = scan(text, std::max<std::size_t>(text.size(), 1));
  if (whole.payload.size() != whole.payload_bytes) std::abort();
  if (scan(text, 1) != whole || scan(text, std::size_t{data[0]} + 1) != whole) std::abort();
  // Nothing behind the end changes it.
  if (whole.state == ChunkScanner::State::kDone && scan(text.substr(0, whole.consumed), size) != whole)
    std::abort();
  return 0;
}
