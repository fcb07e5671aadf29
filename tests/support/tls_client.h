// TlsClient: one TLS connection to 127.0.0.1, blocking, with deadlines on every read. Trusts what it is told
// to trust only. Throws std::runtime_error where it cannot go on. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tests/support/raw_client.h"

struct ssl_st;
struct ssl_ctx_st;

namespace paddock::test {

class TlsClient {
 public:
  // `alpn`: the one protocol it offers; empty: none.
  TlsClient(int port, const std::string& trusted, const std::string& alpn = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  void send(std::string_view bytes);
  // Everything until the other side ends it; `announced`: it said so before it closed.
  std::string read_to_end(bool& announced);
  // Until `text` was seen; throws when it never comes.
  std::string read_until(std::string_view text);
  std::string alpn() const;
  // The common name in the other side's certificate.
  std::string peer_name() const;

 private:
  int read(char* to, int size);

  RawClient socket_;
  ssl_ctx_st* context_;
  ssl_st* ssl_;
  std::string inbox_;
};

}  // namespace paddock::test
