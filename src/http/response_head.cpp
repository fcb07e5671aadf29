#include "response_head.h"

#include <boost/asio/buffer.hpp>

#include "paddock/base/text.h"
#include "request_head.h"

namespace paddock::http {

using Field = boost::beast::http::field;

namespace {

constexpr std::size_t kMostFields = 256;

}  // namespace

std::string_view ResponseHead::reason() const {
  const auto reason = parser_->get().reason();
  return {reason.data(), reason.size()};
}

bool ResponseHead::is_stream() const {
  const auto value = value_of(fields(), Field::content_type);
  const std::string_view whole(value.data(), value.size());
  const std::string_view type = trim(whole.substr(0, whole.find(';')));
  return iequals(type, "text/event-stream") || iequals(type, "application/x-ndjson");
}

std::optional<std::chrono::seconds> ResponseHead::keep_alive_timeout() const {
  const auto value = value_of(fields(), Field::keep_alive);
  const std::string lower = to_lower({value.data(), value.size()});
  const std::size_t at = lower.find("timeout=");
  if (at == std::string::npos) return std::nullopt;
  const std::string_view digits = std::string_view(lower).substr(at + 8);
  const auto seconds = parse_length(digits.substr(0, digits.find_first_not_of("0123456789")));
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, 86'400)));
}

ResponseHeadReader::Outcome ResponseHeadReader::bad(std::string message) {
  error_ = std::move(message);
  return Outcome::kBad;
}

ResponseHeadReader::Outcome ResponseHeadReader::parse(std::string_view buffer) {
  const HeadScanner::State state = scanner_.feed(buffer.substr(0, limit_));
  if (state == HeadScanner::State::kBad)
    return bad("its answer's head is malformed: " + std::string(scanner_.problem()));
  if (state == HeadScanner::State::kMore) {
    if (buffer.size() <= limit_) return Outcome::kNeedMore;
    return bad("its answer's head is longer than " + std::to_string(limit_) + " bytes");
  }
  if (scanner_.lines() > kMostFields + 1)
    return bad("its answer has more than " + std::to_string(kMostFields) + " header fields");
  consumed_ = scanner_.size();
  return parse_fields(buffer.substr(0, consumed_));
}

ResponseHeadReader::Outcome ResponseHeadReader::parse_fields(std::string_view text) {
  auto& parser = head_.arena_.make_parser(head_.parser_);
  parser.header_limit(static_cast<std::uint32_t>(limit_ + 4));
  parser.body_limit(boost::none);
  // Beast must not judge the body: the rules about it are check()'s.
  parser.skip(true);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done()) return bad("its answer is not valid HTTP: " + error.message());
  return check();
}

ResponseHeadReader::Outcome ResponseHeadReader::check() {
  const auto& message = head_.parser_->get();
  const auto encodings = count_of(message, Field::transfer_encoding);
  const auto lengths = count_of(message, Field::content_length);
  // The parser knows all Connection lines, the message only the first.
  head_.reusable_ = head_.parser_->keep_alive();
  const int status = head_.status();
  if (status < 100 || status > 599)
    return bad("its answer has the impossible status " + std::to_string(status));
  if (to_head_ || status < 200 || status == 204 || status == 304) return Outcome::kDone;
  if (encodings > 0) {
    const auto value = value_of(message, Field::transfer_encoding);
    if (encodings != 1 || !iequals(trim({value.data(), value.size()}), "chunked")) {
      return bad("its answer has a Transfer-Encoding other than `chunked`");
    }
    head_.framing_ = Framing::kChunked;
    // RFC 9112 6.1 and 6.3: chunks under HTTP/1.0, or beside a length, are suspect.
    if (lengths > 0 || message.version() == 10) head_.reusable_ = false;
    return Outcome::kDone;
  }
  if (lengths == 0) {
    head_.framing_ = Framing::kUntilClose;
    head_.reusable_ = false;
    return Outcome::kDone;
  }
  const auto value = value_of(message, Field::content_length);
  const auto length = parse_length({value.data(), value.size()});
  if (lengths != 1 || !length) return bad("its answer has no clear Content-Length");
  head_.framing_ = Framing::kLength;
  head_.content_length_ = *length;
  return Outcome::kDone;
}

}  // namespace paddock::http
