// RequestHead: the head of one client's request, parsed by Beast and then held to stricter rules, because a
// proxy and its upstream must never disagree about where a request ends.
//
// Refused with 400: control bytes, CR or LF alone and folded lines (HeadScanner); a version other than 1.0
// and 1.1; a missing, second or malformed Host; any second or listed Content-Length; Transfer-Encoding other
// than one `chunked`, beside Content-Length or under HTTP/1.0, and headers that some servers would take for
// these two (`Content_Length`); targets that are not a path of visible ASCII. An absolute target becomes its
// path, and its authority the Host (RFC 9112 3.2.2). 431: too long, or too many fields. 417: an expectation
// other than 100-continue. 501: CONNECT and TRACE, which no path here serves.
// Most of it is known, and told, before the head has ended.
// Pure parsing; no socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "head_fields.h"
#include "head_scanner.h"

namespace paddock::http {

class RequestHead {
 public:
  using Parser = HeadParser<true>;
  using Fields = HeadFields;

  const Fields& fields() const { return parser_->get(); }
  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }  // as sent, but for an absolute one
  std::string_view path() const { return target().substr(0, target().find('?')); }
  bool http10() const { return parser_->get().version() == 10; }
  bool keep_alive() const { return keep_alive_; }
  bool is_head() const { return method() == "HEAD"; }
  bool chunked() const { return chunked_; }
  std::uint64_t content_length() const { return content_length_; }  // 0 without a body or if chunked
  bool has_body() const { return chunked_ || content_length_ > 0; }
  bool expects_continue() const { return expects_continue_; }
  // The client's X-Request-Id where it sent one that is sane, else one of ours. Of a refused head, too.
  std::string_view request_id() const { return request_id_; }

 private:
  friend class RequestHeadReader;

  HeadArena arena_;
  std::optional<Parser> parser_;
  std::string_view method_, target_, request_id_;
  std::array<char, 32> own_id_;
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
  // After kDone: false if what already came of a chunked body, the bytes behind the head, is broken. Then the
  // reader is as after kBad, and nothing of the request needs to be passed on.
  bool check_body_begin(std::string_view behind_head);

 private:
  Outcome bad(int status, std::string message);
  Outcome parse_fields(std::string_view text);
  Outcome check();
  void name_request();
  void make_origin_form();
  bool check_first_line(std::string_view line);
  bool check_target();
  bool check_host();
  bool check_framing();
  bool check_imitations();

  const std::size_t limit_;
  HeadScanner scanner_;
  std::size_t skipped_ = 0;  // empty lines before the head
  bool first_line_checked_ = false;
  std::size_t consumed_ = 0;
  RequestHead head_;
  HeadError error_;
};

// Digits only, no sign, no list, at most 18 digits; nothing otherwise.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace paddock::http
