#include "request_head.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>

#include "paddock/base/text.h"

namespace paddock::http {

namespace beast_http = boost::beast::http;
using Field = beast_http::field;

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

RequestHeadReader::Outcome RequestHeadReader::bad(int status, std::string message) {
  error_.status = status;
  error_.message = std::move(message);
  return Outcome::kBad;
}

RequestHeadReader::Outcome RequestHeadReader::parse(std::string_view buffer) {
  // RFC 9112 2.2: an empty line before the request line is skipped; more than a few are not a client.
  std::size_t skipped = 0;
  while (skipped < 8 && buffer.substr(skipped, 2) == "\r\n") skipped += 2;
  const std::string_view rest = buffer.substr(skipped);
  const std::size_t end = rest.find("\r\n\r\n", searched_ > 3 ? searched_ - 3 : 0);
  if (end == std::string_view::npos) {
    searched_ = rest.size();
    if (rest.size() > limit_)
      return bad(431, "the request head is longer than " + std::to_string(limit_) + " bytes");
    return Outcome::kNeedMore;
  }
  const std::string_view text = rest.substr(0, end + 4);
  if (text.size() > limit_)
    return bad(431, "the request head is longer than " + std::to_string(limit_) + " bytes");
  if (text.find("\n ") != std::string_view::npos || text.find("\n\t") != std::string_view::npos) {
    return bad(400, "a header line is folded over several lines, which HTTP/1.1 forbids");
  }
  consumed_ = skipped + text.size();
  auto& parser = head_.arena_.make_parser(head_.parser_);
  parser.header_limit(static_cast<std::uint32_t>(limit_ + 1));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done()) {
    return bad(400,
               "the request head is not valid HTTP/1.1" + (error ? ": " + error.message() : std::string()));
  }
  return check();
}

RequestHeadReader::Outcome RequestHeadReader::check() {
  const auto& message = head_.parser_->get();
  if (message.version() != 10 && message.version() != 11)
    return bad(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  const auto method = message.method_string();
  const auto target = message.target();
  head_.method_ = {method.data(), method.size()};
  head_.target_ = {target.data(), target.size()};
  // The parser knows all Connection lines, the message only the first.
  head_.keep_alive_ = head_.parser_->keep_alive() && message.version() == 11;
  if (!check_target() || !check_host() || !check_framing()) return Outcome::kBad;
  const auto expect = message[Field::expect];
  if (expect.empty()) return Outcome::kDone;
  if (!iequals({expect.data(), expect.size()}, "100-continue")) {
    return bad(417, "the only expectation that can be met is 100-continue");
  }
  head_.expects_continue_ = message.version() == 11;
  return Outcome::kDone;
}

bool RequestHeadReader::check_target() {
  const std::string_view target = head_.target_;
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!target.empty() && target.front() == '/' && visible) return true;
  bad(400, "the request target must be a path that starts with / and holds visible ASCII only");
  return false;
}

bool RequestHeadReader::check_host() {
  const auto hosts = head_.fields().count(Field::host);
  if (hosts == 1 || (hosts == 0 && head_.http10())) return true;
  bad(400, hosts == 0 ? "the Host header is missing" : "there is more than one Host header");
  return false;
}

bool RequestHeadReader::check_framing() {
  const auto& fields = head_.fields();
  const auto lengths = fields.count(Field::content_length);
  const auto encodings = fields.count(Field::transfer_encoding);
  if (encodings > 0) {
    const auto value = fields[Field::transfer_encoding];
    head_.chunked_ = iequals(trim({value.data(), value.size()}), "chunked");
    if (encodings == 1 && lengths == 0 && !head_.http10() && head_.chunked_) return true;
    bad(400, "Transfer-Encoding must be one `chunked`, without Content-Length and not under HTTP/1.0");
    return false;
  }
  if (lengths == 0) return true;
  const auto value = fields[Field::content_length];
  const auto length = parse_length({value.data(), value.size()});
  head_.content_length_ = length.value_or(0);
  if (lengths == 1 && length) return true;
  bad(400, "Content-Length must be one decimal number");
  return false;
}

}  // namespace paddock::http
