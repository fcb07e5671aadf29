// ResponseHead: the head of one upstream answer and what it says about its body (RFC 9112 section 6.3).
//
// An answer whose end, or whose lines, two programs could see differently is refused, with a sentence: what
// HeadScanner refuses, two framings or an unclear one, statuses that do not exist, more than 256 fields.
// Pure parsing; no socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "head_fields.h"
#include "head_scanner.h"

namespace paddock::http {

enum class Framing { kNone, kLength, kChunked, kUntilClose };

class ResponseHead {
 public:
  using Parser = HeadParser<false>;
  using Fields = HeadFields;

  const Fields& fields() const { return parser_->get(); }
  int status() const { return static_cast<int>(parser_->get().result_int()); }
  std::string_view reason() const;
  bool interim() const { return status() < 200; }
  // Whether its body is a stream of events: SSE or one JSON text per line.
  bool is_stream() const;
  Framing framing() const { return framing_; }
  std::uint64_t content_length() const { return content_length_; }
  // True if the upstream lets the connection live on after this answer.
  bool reusable() const { return reusable_; }
  // `Keep-Alive: timeout=N`, if it says so.
  std::optional<std::chrono::seconds> keep_alive_timeout() const;

 private:
  friend class ResponseHeadReader;

  HeadArena arena_;
  std::optional<Parser> parser_;
  Framing framing_ = Framing::kNone;
  std::uint64_t content_length_ = 0;
  bool reusable_ = false;
};

class ResponseHeadReader {
 public:
  // `to_head`: the answer belongs to a HEAD request and has no body.
  ResponseHeadReader(std::size_t limit, bool to_head) : limit_(limit), to_head_(to_head) {}

  enum class Outcome { kNeedMore, kDone, kBad };
  Outcome parse(std::string_view buffer);

  ResponseHead& head() { return head_; }
  std::size_t consumed() const { return consumed_; }
  const std::string& error() const { return error_; }

 private:
  Outcome bad(std::string message);
  Outcome parse_fields(std::string_view text);
  Outcome check();

  const std::size_t limit_;
  const bool to_head_;
  HeadScanner scanner_;
  std::size_t consumed_ = 0;
  ResponseHead head_;
  std::string error_;
};

}  // namespace paddock::http
