#include "tests/support/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>

#include "tests/support/wait.h"

namespace paddock::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw std::runtime_error("tls client: " + what + (reason ? std::string(": ") + reason : ""));
}

void limit_waits(int fd) {
  const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(kPatience).count(), 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace

TlsClient::TlsClient(int port, const std::string& trusted, const std::string& alpn)
    : socket_(port), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
  limit_waits(socket_.fd());
  SSL_CTX_load_verify_locations(context_, trusted.c_str(), nullptr);
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, socket_.fd());
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), "127.0.0.1");
  const std::string offered = static_cast<char>(alpn.size()) + alpn;
  if (!alpn.empty())
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(offered.data()),
                        static_cast<unsigned>(offered.size()));
  if (SSL_connect(ssl_) == 1) return;
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  fail("no handshake");
}

TlsClient::~TlsClient() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

void TlsClient::send(std::string_view bytes) {
  if (SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) != static_cast<int>(bytes.size()))
    fail("cannot send");
}

int TlsClient::read(char* to, int size) { return SSL_read(ssl_, to, size); }

std::string TlsClient::read_to_end(bool& announced) {
  std::string bytes = std::move(inbox_);
  char piece[16384];
  int got = 0;
  while ((got = read(piece, sizeof piece)) > 0) bytes.append(piece, static_cast<std::size_t>(got));
  announced = SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN;
  ERR_clear_error();
  return bytes;
}

std::string TlsClient::read_until(std::string_view text) {
  char piece[16384];
  while (inbox_.find(text) == std::string::npos) {
    const int got = read(piece, sizeof piece);
    if (got <= 0) fail("`" + std::string(text) + "` never came");
    inbox_.append(piece, static_cast<std::size_t>(got));
  }
  const std::size_t end = inbox_.find(text) + text.size();
  std::string seen = inbox_.substr(0, end);
  inbox_.erase(0, end);
  return seen;
}

std::string TlsClient::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsClient::peer_name() const {
  X509* const certificate = SSL_get_peer_certificate(ssl_);
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  X509_free(certificate);
  return name;
}

}  // namespace paddock::test
