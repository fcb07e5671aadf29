#include "answer_relay.h"

#include <algorithm>
#include <cstdio>

#include <boost/asio/write.hpp>

#include "worker.h"

namespace paddock::http {

namespace {

constexpr std::string_view kCrLf = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

// What a write gathers, by reference: Asio copies the sequence it is given.
struct Gathered {
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer*;

  const_iterator first, behind;
  const_iterator begin() const { return first; }
  const_iterator end() const { return behind; }
};

asio::const_buffer bytes(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

AnswerRelay::AnswerRelay(Worker& worker, UpstreamConnection& upstream, ClientLink& link,
                         router::Awaited* awaited, InFlight::Entry* entry)
    : worker_(worker), upstream_(upstream), link_(link), awaited_(awaited), entry_(entry) {}

Task<AnswerEnd> AnswerRelay::run(const std::string& head_text, Framing framing, std::uint64_t length,
                                 ClientFraming client) {
  framing_ = framing;
  left_ = length;
  out_.push_back(asio::buffer(head_text));
  Progress progress = take_piece(client);
  while (true) {
    const bool last = progress != Progress::kMore;
    const bool written = co_await write();
    if (!written) co_return AnswerEnd::kClientGone;
    if (last) break;
    const bool more = co_await read_more();
    if (!more) {
      if (framing_ != Framing::kUntilClose || read_error_ != asio::error::eof)
        co_return AnswerEnd::kUpstreamBroke;
      if (client == ClientFraming::kChunked) out_.push_back(bytes(kLastChunk));
      progress = Progress::kDone;
      continue;
    }
    progress = take_piece(client);
  }
  co_return progress == Progress::kDone ? AnswerEnd::kComplete : AnswerEnd::kUpstreamBroke;
}

Task<bool> AnswerRelay::read_more() {
  upstream_.begin = upstream_.end = 0;
  const auto space = asio::buffer(upstream_.buffer);
  const auto [error, got] = co_await upstream_.socket.async_read_some(space, kToken);
  if (awaited_) awaited_->got(got);
  read_error_ = error;
  upstream_.end = got;
  co_return !error;
}

Task<bool> AnswerRelay::write() {
  if (out_.empty()) co_return true;
  link_.arm(worker_.now(), link_.stall_timeout, link_.socket);
  const Gathered gathered{out_.data(), out_.data() + out_.size()};
  if (awaited_) awaited_->pause();
  const auto [error, sent] = co_await asio::async_write(link_.socket, gathered, kToken);
  if (awaited_) awaited_->resume();
  link_.disarm();
  out_.clear();
  if (entry_) entry_->passed_on(body_bytes_);
  co_return !error;
}

AnswerRelay::Progress AnswerRelay::take_piece(ClientFraming client) {
  switch (framing_) {
    case Framing::kNone:
      return Progress::kDone;
    case Framing::kLength:
      return take_length();
    case Framing::kChunked:
      return take_chunks(client);
    case Framing::kUntilClose:
      return take_all(client);
  }
  return Progress::kBad;
}

AnswerRelay::Progress AnswerRelay::take_length() {
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, upstream_.end - upstream_.begin));
  if (take > 0) out_.emplace_back(upstream_.buffer.data() + upstream_.begin, take);
  if (tap_) tap_->take({upstream_.buffer.data() + upstream_.begin, take});
  upstream_.begin += take;
  left_ -= take;
  body_bytes_ += take;
  return left_ == 0 ? Progress::kDone : Progress::kMore;
}

AnswerRelay::Progress AnswerRelay::take_chunks(ClientFraming client) {
  const std::string_view piece(upstream_.buffer.data() + upstream_.begin, upstream_.end - upstream_.begin);
  payload_.clear();
  const bool bare = client != ClientFraming::kAsIs;
  const std::size_t used = scanner_.feed(piece, bare || tap_ ? &payload_ : nullptr);
  upstream_.begin += used;
  body_bytes_ = scanner_.payload_bytes();
  // A broken chunk is not passed on: what the client gets must not look like a whole body.
  if (scanner_.state() == ChunkScanner::State::kBad) return Progress::kBad;
  if (!bare && used > 0) out_.push_back(bytes(piece.substr(0, used)));
  for (const std::string_view run : payload_) {
    if (bare) out_.push_back(bytes(run));
    if (tap_) tap_->take(run);
  }
  return scanner_.state() == ChunkScanner::State::kDone ? Progress::kDone : Progress::kMore;
}

AnswerRelay::Progress AnswerRelay::take_all(ClientFraming client) {
  const std::size_t size = upstream_.end - upstream_.begin;
  if (size == 0) return Progress::kMore;
  const asio::const_buffer data(upstream_.buffer.data() + upstream_.begin, size);
  upstream_.begin = upstream_.end;
  body_bytes_ += size;
  if (tap_) tap_->take({static_cast<const char*>(data.data()), size});
  if (client != ClientFraming::kChunked) {
    out_.push_back(data);
    return Progress::kMore;
  }
  const int digits = std::snprintf(chunk_size_, sizeof chunk_size_, "%zx\r\n", size);
  out_.emplace_back(chunk_size_, static_cast<std::size_t>(digits));
  out_.push_back(data);
  out_.push_back(bytes(kCrLf));
  return Progress::kMore;
}

}  // namespace paddock::http
