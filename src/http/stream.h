// Stream: one TCP connection, plain or with TLS over it; both ends of a request use it.
//
// Plain, an operation is the socket's own behind one branch. With TLS it works on the same socket, so that
// deadlines, resets and watches of the kernel's state stay as they are. One read and one write may be out at
// once. A close between two records is no end: only the peer's own word gives asio::error::eof over TLS.
// Neither movable nor copyable: operations refer to it; it must outlive them. Worker's thread only.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include "net.h"
#include "tls_session.h"

namespace paddock::http {

class Stream {
 public:
  using executor_type = Executor;

  explicit Stream(asio::io_context& context) : socket_(context) {}
  explicit Stream(Socket connected) : socket_(std::move(connected)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  // For options, addresses and the kernel's view; bytes go through the stream.
  Socket& tcp() { return socket_; }
  bool is_open() const { return socket_.is_open(); }
  bool secure() const { return tls_ != nullptr; }

  // From here on it speaks TLS: as the server, or as the client of `host`. Nothing else may be out. After an
  // error only closing it, or refused_certificate() and drop_tls(), make sense.
  Task<error_code> secure_as_server(ssl_ctx_st* context);
  Task<error_code> secure_as_client(ssl_ctx_st* context, const std::string& host);
  // Why the handshake failed, if it was the peer's certificate; else empty.
  std::string refused_certificate() const { return tls_ ? tls_->refused_certificate() : std::string(); }
  // Plain again, after a handshake that never was one.
  void drop_tls() { tls_.reset(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (!tls_) return socket_.async_read_some(buffers, std::forward<Token>(token));
    return transfer(Reading{first_of<asio::mutable_buffer>(buffers)}, token);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (!tls_) return socket_.async_write_some(buffers, std::forward<Token>(token));
    return transfer(Writing<Buffers>{buffers}, token);
  }

  // Ends what is out. A write over TLS then stays cut in the middle: only reading makes sense.
  void cancel();
  // No more is written; the peer may go on. With TLS it is told so.
  void end_writing();
  // Nothing to read and not closed.
  bool quiet();

 private:
  friend void close_quietly(Stream& stream);

  struct Reading {
    asio::mutable_buffer space;
    TlsSession::Step step(TlsSession& tls) const { return tls.read(space.data(), space.size()); }
  };

  // Small pieces become one record; they are put together again for every try, with the same bytes.
  template <class Buffers>
  struct Writing {
    Buffers buffers;
    TlsSession::Step step(TlsSession& tls) const {
      const auto first = first_of<asio::const_buffer>(buffers);
      if (first.size() >= TlsSession::kRecord || first.size() == asio::buffer_size(buffers))
        return tls.write(first.data(), first.size());
      const asio::mutable_buffer record = record_space();
      return tls.write(record.data(), asio::buffer_copy(record, buffers));
    }
  };

  template <class Way>
  struct Transfer {
    Stream& stream;
    Way way;
    TlsSession::Step step{};
    enum { kFirst, kWaited, kOver } state = kFirst;

    template <class Self>
    void operator()(Self& self, error_code error = {}) {
      if (state == kOver) return self.complete(step.error, step.bytes);
      if (!error && !stream.is_open()) error = asio::error::operation_aborted;
      if (!error) step = way.step(*stream.tls_);
      if (error) step = {TlsSession::Want::kNothing, error, 0};
      const bool waited = std::exchange(state, kWaited) == kWaited;
      Socket& socket = stream.socket_;
      if (step.want == TlsSession::Want::kReadable)
        return socket.async_wait(Socket::wait_read, std::move(self));
      if (step.want == TlsSession::Want::kWritable)
        return socket.async_wait(Socket::wait_write, std::move(self));
      if (waited) return self.complete(step.error, step.bytes);
      // Not from within the call that began it.
      state = kOver;
      asio::post(socket.get_executor(), std::move(self));
    }
  };

  template <class Way, class Token>
  auto transfer(Way way, Token& token) {
    return asio::async_compose<Token, void(error_code, std::size_t)>(Transfer<Way>{*this, std::move(way)},
                                                                     token, socket_);
  }

  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it) {
      const Buffer buffer(*it);
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }

  static asio::mutable_buffer record_space();
  Task<error_code> shake_hands();

  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
};

// Whoever reads on the other end of a TLS connection sees that it was cut.
void close_quietly(Stream& stream);
// The peer is told that all was said.
void close_orderly(Stream& stream);
// Ends the connection with a TCP reset, so that the peer cannot take what it got for a whole answer.
void close_with_reset(Stream& stream);

}  // namespace paddock::http
