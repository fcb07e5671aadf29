#include "head_scanner.h"

namespace paddock::http {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

HeadScanner::State HeadScanner::bad(std::string_view problem) {
  problem_ = problem;
  return State::kBad;
}

HeadScanner::State HeadScanner::feed(std::string_view text) {
  while (at_ < text.size()) {
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
