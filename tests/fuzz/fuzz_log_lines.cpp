// Any bytes as what an engine prints: no crash, the same lines however the bytes are split, each bounded and
// without control bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/logs/line.h"
#include "paddock/logs/line_reader.h"

using namespace paddock::logs;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> read(std::string_view text, std::size_t piece) {
  std::vector<std::string> lines;
  LineReader reader;
  const auto each = [&](std::string line) { lines.push_back(std::move(line)); };
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    reader.read(text.substr(0, piece), each);
  reader.finish(each);
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<std::string> lines = read(text, text.size() + 1);
  check(read(text, data[0] % 16 + 1) == lines);
  for (const std::string& line : lines) {
    check(line.size() <= 3 * LineReader::kLongest + 64);
    check(line.find_first_of("\n\r\x1b\x7f") == std::string::npos);
    check(clean_line(line) == line);
    read_signs(line);
  }
  return 0;
}
