// TlsSession: the TLS half of one connection, over a socket that never blocks. Each call does what can be
// done now and says what it waits for; the waiting is stream.h's business.
//
// Owns OpenSSL's object, not the socket: after the socket was closed nothing may be called any more, because
// its number may be another connection's. Writes may reach a socket whose peer is gone: the program must
// ignore SIGPIPE.
// One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/system/error_code.hpp>

struct ssl_st;
struct ssl_ctx_st;

namespace paddock::http {

// For errors of TLS itself; the message is OpenSSL's reason.
const boost::system::error_category& tls_category();

class TlsSession {
 public:
  enum class Want { kNothing, kReadable, kWritable };
  // kNothing: it is over, with `error` or `bytes`. An end that the peer has announced is asio::error::eof;
  // a connection that just ends is another error, because somebody may have cut it.
  struct Step {
    Want want = Want::kNothing;
    boost::system::error_code error;
    std::size_t bytes = 0;
  };

  // The most bytes that one write() takes with one record.
  static constexpr std::size_t kRecord = 16 << 10;

  // The server's end.
  static std::unique_ptr<TlsSession> accept(ssl_ctx_st* context, int socket);
  // The client's end. The certificate must be for `host`, a name or a numeric address.
  static std::unique_ptr<TlsSession> connect(ssl_ctx_st* context, int socket, const std::string& host);

  Step handshake();
  // `size` > 0 in both.
  Step read(void* to, std::size_t size);
  // After kWritable, or kReadable, the next write must begin with the same bytes.
  Step write(const void* from, std::size_t size);
  // Tells the peer that nothing more will be written; not in the middle of a write.
  void end();
  // Nothing to read, and neither side has ended it.
  bool quiet();

  // Of a failed handshake: the peer speaks HTTP without TLS.
  static bool is_plain_http(const boost::system::error_code& error);
  // Of a failed handshake: what was wrong with the peer's certificate; empty if nothing was.
  std::string refused_certificate() const;

 private:
  TlsSession(ssl_ctx_st* context, int socket);
  Step over(int result);

  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  std::unique_ptr<ssl_st, Free> ssl_;
  bool broken_ = false;   // OpenSSL forbids an end after a failure
  bool writing_ = false;  // the last write is not over
};

}  // namespace paddock::http
