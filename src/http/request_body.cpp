#include "request_body.h"

#include <algorithm>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "body_peek.h"
#include "chunk_scanner.h"
#include "worker.h"

namespace paddock::http {

namespace {

// First room for a body; a promised length is believed up to here.
constexpr std::size_t kFirstRoom = 1 << 20;

Task<BodyEnd> read_length(ClientLink& link, Worker& worker, std::size_t length, RequestBody& body) {
  while (body.size() < length) {
    if (body.room() == 0) body.grow(std::min(length - body.size(), std::max(kFirstRoom, body.size())));
    char* const to = body.grow(0);
    const std::size_t most = std::min(body.room(), length - body.size());
    link.arm(worker.now(), link.body_timeout, link.socket);
    const std::size_t got = co_await link.reader.read_some(to, most);
    link.disarm();
    if (got == 0) co_return BodyEnd::kClientGone;
    body.commit(got);
  }
  co_return BodyEnd::kComplete;
}

// Appends the payload of what is buffered; false if the body is over, for good or bad.
bool take_chunks(ClientReader& reader, ChunkScanner& scanner, std::size_t limit, RequestBody& body) {
  std::vector<std::string_view> payload;
  const std::size_t used = scanner.feed(reader.buffered(), &payload);
  for (const std::string_view run : payload) {
    if (body.size() + run.size() > limit) break;
    if (body.room() < run.size()) body.grow(std::max(run.size(), body.size()));
    std::memcpy(body.grow(0), run.data(), run.size());
    body.commit(run.size());
  }
  reader.consume(used);
  return scanner.state() == ChunkScanner::State::kMore && scanner.payload_bytes() <= limit;
}

Task<BodyEnd> read_chunked(ClientLink& link, Worker& worker, std::size_t limit, RequestBody& body) {
  ChunkScanner scanner;
  while (take_chunks(link.reader, scanner, limit, body)) {
    link.arm(worker.now(), link.body_timeout, link.socket);
    const bool more = co_await link.reader.fill();
    link.disarm();
    if (!more) co_return BodyEnd::kClientGone;
  }
  if (scanner.payload_bytes() > limit) co_return BodyEnd::kTooLarge;
  co_return scanner.state() == ChunkScanner::State::kDone ? BodyEnd::kComplete : BodyEnd::kBadFraming;
}

}  // namespace

std::size_t RequestBody::room() const { return capacity_ - size_; }

char* RequestBody::grow(std::size_t more) {
  if (size_ + more > capacity_ || bytes_ == nullptr) {
    capacity_ = size_ + more;
    std::unique_ptr<char[]> larger(new char[capacity_ + kBodyPadding]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    std::memset(larger.get() + capacity_, 0, kBodyPadding);
    bytes_ = std::move(larger);
  }
  return bytes_.get() + size_;
}

Task<bool> send_continue(ClientLink& link, const RequestHead& head) {
  if (!head.expects_continue() || !link.reader.buffered().empty()) co_return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto text = asio::buffer(kContinue);
  const auto [error, bytes] = co_await asio::async_write(link.socket, text, kToken);
  co_return !error;
}

Task<BodyEnd> read_body(ClientLink& link, Worker& worker, const RequestHead& head, std::size_t limit,
                        RequestBody& body) {
  if (!head.chunked() && head.content_length() > limit) co_return BodyEnd::kTooLarge;
  if (!head.chunked() && head.content_length() == 0) co_return BodyEnd::kComplete;
  // A local on purpose: without any, GCC 12 puts the awaited condition in front of the coroutine frame's own
  // fields, and the resumed coroutine reads its parameters from the wrong places (tests/layering checks it).
  const bool welcome = co_await send_continue(link, head);
  if (!welcome) co_return BodyEnd::kClientGone;
  if (head.chunked()) co_return co_await read_chunked(link, worker, limit, body);
  co_return co_await read_length(link, worker, static_cast<std::size_t>(head.content_length()), body);
}

}  // namespace paddock::http
