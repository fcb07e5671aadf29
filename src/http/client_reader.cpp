#include "client_reader.h"

#include <algorithm>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/buffer.hpp>

namespace paddock::http {

namespace {

constexpr std::size_t kReadSize = 4 << 10;
// How many bytes of the next requests are read ahead while one is being served.
constexpr std::size_t kAhead = 16 << 10;

}  // namespace

ClientReader::ClientReader(Stream& socket, std::weak_ptr<void> owner, std::size_t longest_head)
    : socket_(socket), owner_(std::move(owner)), most_(longest_head + kAhead) {}

Task<bool> ClientReader::fill() {
  const std::size_t before = buffered().size();
  while (buffered().size() == before && !ended_) {
    start_read();
    waiting_ = true;
    co_await news_.wait();
    waiting_ = false;
  }
  co_return buffered().size() > before;
}

Task<std::size_t> ClientReader::read_some(char* to, std::size_t size) {
  if (begin_ == end_ && reading_) {
    const bool more = co_await fill();
    if (!more) co_return 0;
  }
  if (begin_ < end_) {
    const std::size_t take = std::min(size, end_ - begin_);
    std::memcpy(to, storage_.data() + begin_, take);
    begin_ += take;
    co_return take;
  }
  if (ended_) co_return 0;
  const auto space = asio::buffer(to, size);
  const auto [error, bytes] = co_await socket_.async_read_some(space, kToken);
  ended_ = error.failed();
  co_return bytes;
}

void ClientReader::watch(std::function<void()> on_gone) {
  on_gone_ = std::move(on_gone);
  if (!ended_) return start_read();
  // Told from a handler of its own: the caller is not ready to be interrupted here.
  reading_ = true;
  asio::post(socket_.get_executor(), [this, keep = owner_.lock()] { on_read(asio::error::eof, 0); });
}

void ClientReader::start_read() {
  if (reading_ || ended_ || buffered().size() >= most_) return;
  if (on_gone_ && buffered().size() >= kAhead) return;
  make_room();
  reading_ = true;
  socket_.async_read_some(
      asio::buffer(storage_.data() + end_, storage_.size() - end_),
      [this, keep = owner_.lock()](error_code error, std::size_t bytes) { on_read(error, bytes); });
}

void ClientReader::make_room() {
  if (begin_ > 0) {
    std::memmove(storage_.data(), storage_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (storage_.size() - end_ < kReadSize / 2) storage_.resize(std::max(kReadSize, storage_.size() * 2));
}

void ClientReader::on_read(error_code error, std::size_t bytes) {
  reading_ = false;
  end_ += bytes;
  if (error) return leave();
  if (waiting_) return news_.set();
  start_read();
}

void ClientReader::leave() {
  ended_ = true;
  if (waiting_) return news_.set();
  if (!on_gone_) return;
  const auto on_gone = std::move(on_gone_);
  on_gone_ = nullptr;
  on_gone();
}

void ClientReader::poll() {
  if (!on_gone_ || reading_ || ended_) return;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.tcp().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return leave();
  if (info.tcpi_state != TCP_ESTABLISHED) leave();
}

}  // namespace paddock::http
