#include "request_head.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>

#include "chunk_scanner.h"
#include "paddock/base/text.h"
#include "request_id.h"

namespace paddock::http {

using Field = boost::beast::http::field;

namespace {

constexpr std::size_t kMostSkipped = 8;
constexpr std::size_t kMostFields = 256;

// Letters, digits and what names, numeric addresses and ports are made of; no blank, list, path or user.
bool is_host(std::string_view text) {
  static constexpr std::string_view kOthers = "-._~%!$&'()*+;=:[]";
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

}  // namespace

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
  if (head_.request_id_.empty()) name_request();
  return Outcome::kBad;
}

RequestHeadReader::Outcome RequestHeadReader::parse(std::string_view buffer) {
  // RFC 9112 2.2: an empty line before the request line is skipped; more than a few are not a client.
  while (skipped_ < kMostSkipped && buffer.substr(skipped_, 2) == "\r\n") skipped_ += 2;
  const std::string_view rest = buffer.substr(skipped_);
  if (skipped_ < kMostSkipped && rest == "\r") return Outcome::kNeedMore;
  const HeadScanner::State state = scanner_.feed(rest.substr(0, limit_));
  if (!first_line_checked_ && scanner_.lines() > 0) {
    first_line_checked_ = true;
    if (!check_first_line(rest.substr(0, scanner_.first_line()))) return Outcome::kBad;
  }
  if (state == HeadScanner::State::kBad)
    return bad(400, "the request head is malformed: " + std::string(scanner_.problem()));
  if (state == HeadScanner::State::kMore) {
    if (rest.size() <= limit_) return Outcome::kNeedMore;
    return bad(431, "the request head is longer than " + std::to_string(limit_) + " bytes");
  }
  if (scanner_.lines() > kMostFields + 1)
    return bad(431, "the request has more than " + std::to_string(kMostFields) + " header fields");
  consumed_ = skipped_ + scanner_.size();
  return parse_fields(rest.substr(0, scanner_.size()));
}

// What Beast would say at the end of the head is said now: who speaks another protocol may never send one.
bool RequestHeadReader::check_first_line(std::string_view line) {
  const std::size_t blank = line.rfind(' ');
  const std::string_view version =
      blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return true;
  if (version.substr(0, 5) == "HTTP/")
    bad(400, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  else
    bad(400,
        "the first line is no request of HTTP/1.1: a method, a target and `HTTP/1.1` with single blanks");
  return false;
}

RequestHeadReader::Outcome RequestHeadReader::parse_fields(std::string_view text) {
  auto& parser = head_.arena_.make_parser(head_.parser_);
  parser.header_limit(static_cast<std::uint32_t>(limit_ + 1));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done()) {
    return bad(400,
               "the request head is not valid HTTP/1.1" + (error ? ": " + error.message() : std::string()));
  }
  name_request();
  return check();
}

// A client's own name for its request is kept, so that its log and ours can be put together.
void RequestHeadReader::name_request() {
  const bool parsed = head_.parser_ && head_.parser_->is_header_done();
  if (parsed && head_.fields().count(kRequestIdField) == 1) {
    const std::string_view said = view(head_.fields()[kRequestIdField]);
    if (is_sane_request_id(said)) return void(head_.request_id_ = said);
  }
  head_.own_id_ = new_request_id();
  head_.request_id_ = {head_.own_id_.data(), head_.own_id_.size()};
}

RequestHeadReader::Outcome RequestHeadReader::check() {
  const auto& message = head_.parser_->get();
  head_.method_ = view(message.method_string());
  if (head_.method_ == "CONNECT" || head_.method_ == "TRACE")
    return bad(501, std::string(head_.method_) + " is not served: this is no proxy for other servers");
  // The parser knows all Connection lines, the message only the first.
  head_.keep_alive_ = head_.parser_->keep_alive() && message.version() == 11;
  if (!check_host()) return Outcome::kBad;
  make_origin_form();
  head_.target_ = view(message.target());
  if (!check_target() || !check_framing() || !check_imitations()) return Outcome::kBad;
  const auto expect = value_of(message, Field::expect);
  if (expect.empty()) return Outcome::kDone;
  if (!iequals(view(expect), "100-continue")) {
    return bad(417, "the only expectation that can be met is 100-continue");
  }
  head_.expects_continue_ = message.version() == 11;
  return Outcome::kDone;
}

// The authority of an absolute target counts, and not the Host beside it (RFC 9112 3.2.2): from here on all
// see one name.
void RequestHeadReader::make_origin_form() {
  auto& message = head_.parser_->get();
  const std::string_view target = view(message.target());
  const std::size_t scheme = target.find("://");
  const std::string_view name = target.substr(0, scheme);
  if (scheme == std::string_view::npos || !(iequals(name, "http") || iequals(name, "https"))) return;
  const std::string_view behind = target.substr(scheme + 3);
  const std::size_t end = std::min(behind.find_first_of("/?"), behind.size());
  const std::string authority(behind.substr(0, end));
  if (authority.empty() || !is_host(authority)) return;
  std::string origin(behind.substr(end));
  if (origin.empty() || origin.front() != '/') origin.insert(0, "/");
  message.target(origin);
  message.set(Field::host, authority);
}

bool RequestHeadReader::check_target() {
  const std::string_view target = head_.target_;
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!target.empty() && target.front() == '/' && visible) return true;
  bad(400, "the request target must be a path that starts with / and holds visible ASCII only");
  return false;
}

bool RequestHeadReader::check_host() {
  const auto hosts = count_of(head_.fields(), Field::host);
  const bool absent = hosts == 0 && head_.http10();
  if (absent || (hosts == 1 && is_host(value_of(head_.fields(), Field::host)))) return true;
  if (hosts == 1)
    bad(400, "the Host header is no host name, or address, with or without a port");
  else
    bad(400, hosts == 0 ? "the Host header is missing" : "there is more than one Host header");
  return false;
}

// Servers that see headers as CGI variables take `_` for `-`.
bool RequestHeadReader::check_imitations() {
  for (const auto& field : head_.fields()) {
    if (field.name() != Field::unknown) continue;
    std::string name(view(field.name_string()));
    if (name.size() != 14 && name.size() != 17) continue;
    std::replace(name.begin(), name.end(), '_', '-');
    if (!iequals(name, "Content-Length") && !iequals(name, "Transfer-Encoding")) continue;
    bad(400, "a header that could be taken for " + name + " is written with an underscore");
    return false;
  }
  return true;
}

bool RequestHeadReader::check_body_begin(std::string_view behind_head) {
  if (!head_.chunked_) return true;
  ChunkScanner scanner;
  scanner.feed(behind_head);
  if (scanner.state() != ChunkScanner::State::kBad) return true;
  bad(400, "the chunked body of the request is malformed");
  return false;
}

bool RequestHeadReader::check_framing() {
  const auto& fields = head_.fields();
  const auto lengths = count_of(fields, Field::content_length);
  const auto encodings = count_of(fields, Field::transfer_encoding);
  if (encodings > 0) {
    const auto value = value_of(fields, Field::transfer_encoding);
    head_.chunked_ = iequals(trim({value.data(), value.size()}), "chunked");
    if (encodings == 1 && lengths == 0 && !head_.http10() && head_.chunked_) return true;
    bad(400, "Transfer-Encoding must be one `chunked`, without Content-Length and not under HTTP/1.0");
    return false;
  }
  if (lengths == 0) return true;
  const auto value = value_of(fields, Field::content_length);
  const auto length = parse_length({value.data(), value.size()});
  head_.content_length_ = length.value_or(0);
  if (lengths == 1 && length) return true;
  bad(400, "Content-Length must be one decimal number");
  return false;
}

}  // namespace paddock::http
