#include "head_scanner.h"

#include <cstdint>
#include <cstring>

namespace paddock::http {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Whether one of these eight bytes is a control: a byte's highest bit is left where it is below 0x20, or is
// 0x7f. A borrow can only mark a byte above one that is marked rightly.
bool holds_control(std::uint64_t eight) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t low = (eight - kEach * 0x20) & ~eight;
  const std::uint64_t other = eight ^ kEach * 0x7f;
  return ((low | ((other - kEach) & ~other)) & kEach * 0x80) != 0;
}

// The first control byte from `at` on, or the text's end.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  std::uint64_t eight = 0;
  for (; text.size() - at >= sizeof eight; at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if (holds_control(eight)) break;
  }
  while (at < text.size() && !is_control(text[at])) ++at;
  return at;
}

}  // namespace

HeadScanner::State HeadScanner::bad(std::string_view problem) {
  problem_ = problem;
  return State::kBad;
}

HeadScanner::State HeadScanner::feed(std::string_view text) {
  while (at_ < text.size()) {
    // A line's first byte is looked at more closely.
    if (at_ != line_begin_ && !after_cr_) at_ = skip_plain(text, at_);
    if (at_ == text.size()) break;
    const char c = text[at_];
    if (after_cr_) {
      if (c != '\n') return bad("a carriage return stands alone");
      if (end_line() == State::kDone) return State::kDone;
      continue;
    }
    if (c == '\r')
      after_cr_ = true;
    else if (c == '\n')
      return bad("a line ends without a carriage return");
    else if (is_control(c) && c != '\t')
      return bad("it holds a control byte");
    else if (at_ == line_begin_ && lines_ > 0 && (c == ' ' || c == '\t'))
      return bad("a header line is folded over several lines, which HTTP/1.1 forbids");
    ++at_;
  }
  return State::kMore;
}

HeadScanner::State HeadScanner::end_line() {
  const bool empty = line_begin_ + 1 == at_;
  if (lines_ == 0) first_line_ = at_ - 1;
  ++at_;
  after_cr_ = false;
  line_begin_ = at_;
  if (empty) return State::kDone;
  ++lines_;
  return State::kMore;
}

}  // namespace paddock::http
