#include "stream.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace paddock::http {

asio::mutable_buffer Stream::record_space() {
  thread_local std::array<char, TlsSession::kRecord> space;
  return asio::buffer(space);
}

Task<error_code> Stream::secure_as_server(ssl_ctx_st* context) {
  tls_ = TlsSession::accept(context, socket_.native_handle());
  co_return co_await shake_hands();
}

Task<error_code> Stream::secure_as_client(ssl_ctx_st* context, const std::string& host) {
  tls_ = TlsSession::connect(context, socket_.native_handle(), host);
  co_return co_await shake_hands();
}

Task<error_code> Stream::shake_hands() {
  error_code error;
  socket_.native_non_blocking(true, error);
  while (!error && socket_.is_open()) {
    const TlsSession::Step step = tls_->handshake();
    if (step.want == TlsSession::Want::kNothing) co_return step.error;
    const auto side = step.want == TlsSession::Want::kReadable ? Socket::wait_read : Socket::wait_write;
    const auto [failed] = co_await socket_.async_wait(side, kToken);
    error = failed;
  }
  co_return error ? error : asio::error::operation_aborted;
}

void Stream::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::end_writing() {
  error_code ignored;
  if (tls_ && is_open()) tls_->end();
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

bool Stream::quiet() {
  if (!is_open()) return false;
  if (tls_) return tls_->quiet();
  char byte;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void close_quietly(Stream& stream) { close_quietly(stream.socket_); }

void close_orderly(Stream& stream) {
  if (stream.secure()) stream.end_writing();
  close_quietly(stream);
}

void close_with_reset(Stream& stream) { close_with_reset(stream.tcp()); }

}  // namespace paddock::http
