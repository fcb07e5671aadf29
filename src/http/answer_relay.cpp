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

AnswerRelay::AnswerRelay(Worker& worker, UpstreamConnection& upstream, ClientLink& link, RelayOptions options)
    : worker_(worker), upstream_(upstream), link_(link), options_(options) {}

Task<AnswerEnd> AnswerRelay::run(const std::string& head_text, Framing framing, std::uint64_t length,
                                 ClientFraming client) {
  framing_ = framing;
  client_ = client;
  left_ = length;
  if (!head_text.empty()) out_.push_back(asio::buffer(head_text));
  Progress progress = take_piece();
  while (true) {
    const bool last = progress != Progress::kMore;
    const bool written = co_await write();
    if (!written) co_return AnswerEnd::kClientGone;
    if (last) break;
    const bool more = co_await read_more();
    if (!more) {
      if (!ended_whole()) co_return AnswerEnd::kUpstreamBroke;
      end_until_close();
      progress = Progress::kDone;
      continue;
    }
    progress = take_piece();
  }
  if (progress != Progress::kDone) co_return AnswerEnd::kUpstreamBroke;
  co_return client_gone_ ? AnswerEnd::kDrained : AnswerEnd::kComplete;
}

Task<bool> AnswerRelay::read_more() {
  upstream_.begin = upstream_.end = 0;
  const auto space = asio::buffer(upstream_.buffer);
  const auto [error, got] = co_await upstream_.socket.async_read_some(space, kToken);
  if (options_.awaited) options_.awaited->got(got);
  read_error_ = error;
  upstream_.end = got;
  co_return !error;
}

// A process that was killed closes its connections politely, so an end may still be no end.
bool AnswerRelay::ended_whole() const {
  if (framing_ != Framing::kUntilClose || read_error_ != asio::error::eof) return false;
  return options_.upstream == nullptr || options_.upstream->alive();
}

void AnswerRelay::end_until_close() {
  if (options_.filter != nullptr && !client_gone_) {
    options_.filter->end(filtered());
    push_filtered(true);
  } else if (client_ == ClientFraming::kChunked) {
    out_.push_back(bytes(kLastChunk));
  }
}

Task<bool> AnswerRelay::write() {
  if (client_gone_) out_.clear();
  if (out_.empty()) co_return true;
  link_.arm(worker_.now(), link_.stall_timeout, link_.socket);
  const Gathered gathered{out_.data(), out_.data() + out_.size()};
  if (options_.awaited) options_.awaited->pause();
  const auto [error, sent] = co_await asio::async_write(link_.socket, gathered, kToken);
  if (options_.awaited) options_.awaited->resume();
  link_.disarm();
  out_.clear();
  client_gone_ = error.failed();
  tell_entry();
  co_return !error || options_.drain;
}

void AnswerRelay::tell_entry() const {
  if (options_.entry == nullptr) return;
  const auto began = options_.meter != nullptr ? options_.meter->began() : std::nullopt;
  if (began) options_.entry->counted(*began, options_.meter->tokens());
  options_.entry->passed_on(body_bytes_);
}

bool AnswerRelay::takes_event() const {
  if (client_gone_ || !options_.events || !between_chunks_) return false;
  return (framing_ == Framing::kChunked || framing_ == Framing::kUntilClose) && boundary_.here();
}

Task<bool> AnswerRelay::write_more(std::string_view text) {
  if (!text.empty()) push_chunk(text);
  const bool written = co_await write();
  co_return written;
}

std::string AnswerRelay::why_broken() const {
  if (scanner_.state() == ChunkScanner::State::kBad)
    return "sent a malformed chunk in the middle of its answer";
  if (read_error_ == asio::error::eof) return "closed the connection in the middle of its answer";
  return "broke the connection in the middle of its answer: " + read_error_.message();
}

AnswerRelay::Progress AnswerRelay::take_piece() {
  return options_.filter != nullptr && !client_gone_ ? take_filtered() : take_plain();
}

AnswerRelay::Progress AnswerRelay::take_plain() {
  switch (framing_) {
    case Framing::kNone:
      return Progress::kDone;
    case Framing::kLength:
      return take_length();
    case Framing::kChunked:
      return take_chunks();
    case Framing::kUntilClose:
      return take_all();
  }
  return Progress::kBad;
}

AnswerRelay::Progress AnswerRelay::take_length() {
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, upstream_.end - upstream_.begin));
  if (take > 0) out_.emplace_back(upstream_.buffer.data() + upstream_.begin, take);
  show({upstream_.buffer.data() + upstream_.begin, take});
  upstream_.begin += take;
  left_ -= take;
  body_bytes_ += take;
  return left_ == 0 ? Progress::kDone : Progress::kMore;
}

AnswerRelay::Progress AnswerRelay::take_chunks() {
  const std::string_view piece(upstream_.buffer.data() + upstream_.begin, upstream_.end - upstream_.begin);
  const bool as_is = client_ == ClientFraming::kAsIs;
  payload_.clear();
  const bool runs = !as_is || options_.events || options_.tap != nullptr || options_.meter != nullptr;
  const std::size_t used = scanner_.feed(piece, runs ? &payload_ : nullptr);
  upstream_.begin += used;
  body_bytes_ = scanner_.payload_bytes();
  // A broken chunk is not passed on: what the client gets must not look like a whole body.
  if (scanner_.state() == ChunkScanner::State::kBad) return Progress::kBad;
  between_chunks_ = !as_is || scanner_.between_chunks();
  if (as_is && used > 0) out_.push_back(bytes(piece.substr(0, used)));
  for (const std::string_view run : payload_) {
    if (options_.events) boundary_.feed(run);
    show(run);
    if (!as_is) out_.push_back(bytes(run));
  }
  return scanner_.state() == ChunkScanner::State::kDone ? Progress::kDone : Progress::kMore;
}

AnswerRelay::Progress AnswerRelay::take_all() {
  const std::string_view data(upstream_.buffer.data() + upstream_.begin, upstream_.end - upstream_.begin);
  upstream_.begin = upstream_.end;
  if (data.empty()) return Progress::kMore;
  body_bytes_ += data.size();
  if (options_.events) boundary_.feed(data);
  show(data);
  if (client_ == ClientFraming::kChunked)
    push_chunk(data);
  else
    out_.push_back(bytes(data));
  return Progress::kMore;
}

AnswerRelay::Progress AnswerRelay::take_filtered() {
  payload_.clear();
  const Progress progress = take_payload();
  // Nothing of a piece that breaks is passed on.
  if (progress == Progress::kBad) return progress;
  std::string& out = filtered();
  for (const std::string_view run : payload_) {
    show(run);
    options_.filter->feed(run, out);
  }
  if (progress == Progress::kDone) options_.filter->end(out);
  push_filtered(progress == Progress::kDone);
  return progress;
}

// The next piece without its framing, in payload_.
AnswerRelay::Progress AnswerRelay::take_payload() {
  if (framing_ == Framing::kNone) return Progress::kDone;
  std::string_view piece(upstream_.buffer.data() + upstream_.begin, upstream_.end - upstream_.begin);
  if (framing_ == Framing::kChunked) {
    upstream_.begin += scanner_.feed(piece, &payload_);
    body_bytes_ = scanner_.payload_bytes();
    if (scanner_.state() == ChunkScanner::State::kMore) return Progress::kMore;
    return scanner_.state() == ChunkScanner::State::kDone ? Progress::kDone : Progress::kBad;
  }
  if (framing_ == Framing::kLength) {
    piece = piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size())));
    left_ -= piece.size();
  }
  if (!piece.empty()) payload_.push_back(piece);
  upstream_.begin += piece.size();
  body_bytes_ += piece.size();
  return framing_ == Framing::kLength && left_ == 0 ? Progress::kDone : Progress::kMore;
}

// To those who look at the upstream's body without changing it.
void AnswerRelay::show(std::string_view bytes) {
  if (options_.tap) options_.tap->take(bytes);
  if (options_.meter) options_.meter->take(bytes);
}

// What the filter appends to.
std::string& AnswerRelay::filtered() {
  if (options_.hold != nullptr) return *options_.hold;
  filtered_.clear();
  return filtered_;
}

void AnswerRelay::push_filtered(bool last) {
  if (options_.hold != nullptr) return;
  if (!filtered_.empty()) push_chunk(filtered_);
  if (last && client_ == ClientFraming::kChunked) out_.push_back(bytes(kLastChunk));
}

void AnswerRelay::push_chunk(std::string_view data) {
  if (client_ == ClientFraming::kUntilClose) return out_.push_back(bytes(data));
  const int digits = std::snprintf(chunk_size_, sizeof chunk_size_, "%zx\r\n", data.size());
  out_.emplace_back(chunk_size_, static_cast<std::size_t>(digits));
  out_.push_back(bytes(data));
  out_.push_back(bytes(kCrLf));
}

}  // namespace paddock::http
