#include "upload.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

#include "chunk_scanner.h"
#include "read_body.h"
#include "worker.h"

namespace paddock::http {

namespace {

constexpr std::size_t kPieceSize = 64 << 10;

}  // namespace

void Upload::start(Stream& upstream, const std::string& head, const BodyPieces& body) {
  state_ = State::kRunning;
  stopped_ = false;
  const auto in_file = [](const BodyPiece& piece) { return piece.file != nullptr; };
  if (std::any_of(body.begin(), body.end(), in_file)) {
    asio::co_spawn(worker_.context(), send_stored(upstream, head, body),
                   [this](std::exception_ptr failure) { on_spawn_end(failure); });
    return;
  }
  gathered_.assign(1, asio::buffer(head));
  for (const BodyPiece& piece : body)
    gathered_.emplace_back(piece.bytes, static_cast<std::size_t>(piece.size));
  const std::span<const asio::const_buffer> all(gathered_.data(), gathered_.size());
  asio::async_write(upstream, all, [this](error_code error, std::size_t) { end(!error); });
}

Task<void> Upload::send_stored(Stream& upstream, const std::string& head, const BodyPieces& body) {
  const auto head_bytes = asio::buffer(head);
  const auto [error, bytes] = co_await asio::async_write(upstream, head_bytes, kToken);
  bool ok = !error;
  for (const BodyPiece& piece : body) {
    if (ok && !stopped_) ok = co_await send_piece(upstream, piece);
  }
  // Last: it resumes the owner, which may end this object.
  end(ok && !stopped_);
}

Task<bool> Upload::send_piece(Stream& upstream, const BodyPiece& piece) {
  if (piece.file == nullptr) {
    const auto all = asio::buffer(piece.bytes, static_cast<std::size_t>(piece.size));
    const auto [error, sent] = co_await asio::async_write(upstream, all, kToken);
    co_return !error;
  }
  std::vector<char> room(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size, kPieceSize)));
  for (std::uint64_t at = 0; at < piece.size && !stopped_;) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size - at, room.size()));
    const std::size_t got = piece.file->read(piece.offset + at, room.data(), most);
    // Nobody may take it for a whole body.
    if (got == 0) close_quietly(upstream);
    if (got == 0) co_return false;
    const auto part = asio::buffer(room.data(), got);
    const auto [error, sent] = co_await asio::async_write(upstream, part, kToken);
    if (error) co_return false;
    at += got;
  }
  co_return !stopped_;
}

void Upload::start_passing(Stream& upstream, const std::string& head, ClientLink& link,
                           const RequestHead& request, std::function<void()> on_body_read,
                           std::function<void()> on_client_gone) {
  state_ = State::kRunning;
  passing_from_ = &link;
  on_body_read_ = std::move(on_body_read);
  on_client_gone_ = std::move(on_client_gone);
  asio::co_spawn(worker_.context(), pass(upstream, head, link, request),
                 [this](std::exception_ptr failure) { on_spawn_end(failure); });
}

void Upload::on_spawn_end(std::exception_ptr failure) {
  if (!failure) return;
  spdlog::error("sending a request's body failed unexpectedly");
  end(false);
}

Task<void> Upload::pass(Stream& upstream, const std::string& head, ClientLink& link,
                        const RequestHead& request) {
  const auto head_bytes = asio::buffer(head);
  const auto [error, bytes] = co_await asio::async_write(upstream, head_bytes, kToken);
  bool ok = !error;
  if (ok && held_) co_await released_.wait();
  ok = ok && !stopped_;
  if (ok) ok = co_await send_continue(link, request);
  if (ok && request.chunked())
    ok = co_await pass_chunks(upstream, link);
  else if (ok)
    ok = co_await pass_length(upstream, link, request.content_length());
  if (client_gone_)
    on_client_gone_();
  else if (ok)
    on_body_read_();
  // Last: it resumes the owner, which may end this object.
  end(ok);
}

Task<bool> Upload::pass_length(Stream& upstream, ClientLink& link, std::uint64_t length) {
  std::vector<char> piece(static_cast<std::size_t>(std::min<std::uint64_t>(length, kPieceSize)));
  while (length > 0 && !stopped_) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(length, piece.size()));
    link.arm(worker_.now(), link.body_timeout, link.socket);
    if (awaited_) awaited_->pause();
    const std::size_t got = co_await link.reader.read_some(piece.data(), most);
    if (awaited_) awaited_->resume();
    link.disarm();
    client_gone_ = got == 0 && !stopped_;
    if (got == 0 || stopped_) co_return false;
    const auto bytes = asio::buffer(piece.data(), got);
    const auto [error, sent] = co_await asio::async_write(upstream, bytes, kToken);
    if (error) co_return false;
    length -= got;
  }
  co_return length == 0;
}

Task<bool> Upload::fill(ClientLink& link) {
  link.arm(worker_.now(), link.body_timeout, link.socket);
  if (awaited_) awaited_->pause();
  const bool more = co_await link.reader.fill();
  if (awaited_) awaited_->resume();
  link.disarm();
  client_gone_ = !more && !stopped_;
  co_return more && !stopped_;
}

Task<bool> Upload::pass_chunks(Stream& upstream, ClientLink& link) {
  ChunkScanner scanner;
  while (scanner.state() == ChunkScanner::State::kMore) {
    if (link.reader.buffered().empty()) {
      const bool more = co_await fill(link);
      if (!more) co_return false;
    }
    const std::string_view piece = link.reader.buffered();
    const std::size_t used = scanner.feed(piece);
    if (scanner.state() == ChunkScanner::State::kBad) {
      bad_body_ = true;
      close_quietly(upstream);
      co_return false;
    }
    const auto bytes = asio::buffer(piece.data(), used);
    const auto [error, sent] = co_await asio::async_write(upstream, bytes, kToken);
    if (error) co_return false;
    link.reader.consume(used);
  }
  co_return scanner.state() == ChunkScanner::State::kDone;
}

void Upload::end(bool ok) {
  state_ = ok ? State::kDone : State::kFailed;
  ended_at_ = steady_now();
  ended_.set();
}

void Upload::go_on() {
  if (std::exchange(held_, false)) released_.set();
}

void Upload::stop(Stream& upstream) {
  if (state_ != State::kRunning) return;
  stopped_ = true;
  go_on();
  upstream.cancel();
  if (passing_from_ != nullptr) passing_from_->socket.cancel();
}

Task<void> Upload::finished() {
  while (state_ == State::kRunning) co_await ended_.wait();
}

}  // namespace paddock::http
