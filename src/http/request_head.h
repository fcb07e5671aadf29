// RequestHead: the head of one client's request, parsed by Beast and then held to stricter rules, because a
// proxy and its upstream must never disagree about where a request ends.
//
// Refused with 400: folded lines, a missing or second Host under HTTP/1.1, any second or listed
// Content-Length, Transfer-Encoding other than one `chunked`, Transfer-Encoding beside Content-Length or
// under HTTP/1.0, targets that are not a path of visible ASCII (absolute form included). 431: too long.
// Pure parsing; no socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "head_fields.h"

namespace paddock::http {

class RequestHead {
 public:
  using Parser = HeadParser<true>;
  using Fields = HeadFields;

  const Fields& fields() const { return parser_->get(); }
  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }  // as sent
  std::string_view path() const { return target().substr(0, target().find('?')); }
  bool http10() const { return parser_->get().version() == 10; }
  bool keep_alive() const { return keep_alive_; }
  bool is_head() const { return method() == "HEAD"; }
  bool chunked() const { return chunked_; }
  std::uint64_t content_length() const { return content_length_; }  // 0 without a body or if chunked
  bool has_body() const { return chunked_ || content_length_ > 0; }
  bool expects_continue() const { return expects_continue_; }

 private:
  friend class RequestHeadReader;

  HeadArena arena_;
  std::optional<Parser> parser_;
  std::string_view method_, target_;
  bool keep_alive_ = false;
  bool chunked_ = false;
  bool expects_continue_ = false;
  std::uint64_t content_length_ = 0;
};

// What is wrong with a head: the status to answer and a sentence.
struct HeadError {
  int status = 400;
  std::string message;
};

// Reads one head out of a growing buffer.
class RequestHeadReader {
 public:
  explicit RequestHeadReader(std::size_t limit) : limit_(limit) {}

  enum class Outcome { kNeedMore, kDone, kBad };
  // `buffer` is everything unread so far. kDone: head() is filled and consumed() bytes belong to it.
  Outcome parse(std::string_view buffer);

  RequestHead& head() { return head_; }
  std::size_t consumed() const { return consumed_; }
  const HeadError& error() const { return error_; }

 private:
  Outcome bad(int status, std::string message);
  Outcome check();
  bool check_target();
  bool check_host();
  bool check_framing();

  const std::size_t limit_;
  std::size_t searched_ = 0;  // bytes in which no end of head was found
  std::size_t consumed_ = 0;
  RequestHead head_;
  HeadError error_;
};

// Digits only, no sign, no list, at most 18 digits; nothing otherwise.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace paddock::http
