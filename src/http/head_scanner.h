// HeadScanner finds the end of a head, and at the first byte that shows it, what no head may hold: control
// bytes, CR or LF alone, folded lines (RFC 9112 2.2 and 5.2). Whoever sends such a thing may be read
// differently by the next program, and need not send an end of the head for it to be known.
//
// It does not know what a line means; Beast and the readers do. Bytes from 0x80 on pass: values may hold
// them. Pure; no allocation.
#pragma once

#include <cstddef>
#include <string_view>

namespace paddock::http {

class HeadScanner {
 public:
  enum class State { kMore, kDone, kBad };

  // `text` begins with the head's first byte and only grows from call to call; what was looked at is not
  // looked at again. After kDone or kBad there is no next call.
  State feed(std::string_view text);

  // kDone: of the head with its empty line.
  std::size_t size() const { return at_; }
  // Complete lines so far, the first one included, the empty one not.
  std::size_t lines() const { return lines_; }
  // Bytes of the first line without its end, once lines() > 0.
  std::size_t first_line() const { return first_line_; }
  // kBad: a sentence's part, such as "a header line is folded".
  std::string_view problem() const { return problem_; }

 private:
  State end_line();
  State bad(std::string_view problem);

  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t lines_ = 0;
  std::size_t first_line_ = 0;
  bool after_cr_ = false;
  std::string_view problem_;
};

}  // namespace paddock::http
