// LineReader makes lines of what a program prints, in blocks that may end anywhere.
//
// Lines end with LF. A CR that no LF follows begins the line again, as on a terminal: of a progress bar the
// last state is left, however often it was written. What is longer than kLongest is cut, and says so. One
// owner; what it holds is bounded by kLongest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace paddock::logs {

// Without escape sequences of terminals; other control bytes than tabs, and what is not UTF-8, become U+FFFD.
// Pure.
std::string clean_line(std::string_view raw);

class LineReader {
 public:
  static constexpr std::size_t kLongest = 16 << 10;  // bytes, before cleaning

  using Each = std::function<void(std::string line)>;  // called with clean lines, in their order

  void read(std::string_view block, const Each& each);
  // The line that has no end yet counts as one.
  void finish(const Each& each);

 private:
  void add(std::string_view piece);
  void end(const Each& each);

  std::string begun_;
  std::uint64_t cut_ = 0;  // bytes of this line beyond kLongest
  bool again_ = false;     // after a CR
};

}  // namespace paddock::logs
