#include "tls_session.h"

#include <cerrno>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace paddock::http {

namespace {

using boost::system::error_code;

// Its base has no virtual destructor; nobody deletes a category.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class TlsCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tls"; }
  std::string message(int value) const override {
    const char* const reason =
        ERR_reason_error_string(static_cast<unsigned long>(static_cast<unsigned>(value)));
    return reason != nullptr ? std::string("TLS: ") + reason : "TLS failed";
  }
};
#pragma GCC diagnostic pop

error_code last_failure(int saved_errno) {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) saved_errno = ERR_GET_REASON(code);
  if (code != 0 && !ERR_SYSTEM_ERROR(code)) return {static_cast<int>(code), tls_category()};
  if (saved_errno != 0) return {saved_errno, boost::system::system_category()};
  return boost::asio::error::connection_reset;
}

}  // namespace

const boost::system::error_category& tls_category() {
  static const TlsCategory category;
  return category;
}

void TlsSession::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsSession::TlsSession(ssl_ctx_st* context, int socket) : ssl_(SSL_new(context)) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc();
}

std::unique_ptr<TlsSession> TlsSession::accept(ssl_ctx_st* context, int socket) {
  std::unique_ptr<TlsSession> session(new TlsSession(context, socket));
  SSL_set_accept_state(session->ssl_.get());
  return session;
}

std::unique_ptr<TlsSession> TlsSession::connect(ssl_ctx_st* context, int socket, const std::string& host) {
  std::unique_ptr<TlsSession> session(new TlsSession(context, socket));
  SSL* const ssl = session->ssl_.get();
  SSL_set_connect_state(ssl);
  error_code not_numeric;
  boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) {
    // An address has no place in the name that the server is asked for.
    SSL_set_tlsext_host_name(ssl, host.c_str());
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  }
  return session;
}

TlsSession::Step TlsSession::over(int result) {
  const int saved_errno = errno;
  Step step;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      step.want = Want::kReadable;
      return step;
    case SSL_ERROR_WANT_WRITE:
      step.want = Want::kWritable;
      return step;
    case SSL_ERROR_ZERO_RETURN:
      step.error = boost::asio::error::eof;
      return step;
    default:
      broken_ = true;
      step.error = last_failure(saved_errno);
      return step;
  }
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Step{} : over(result);
}

TlsSession::Step TlsSession::read(void* to, std::size_t size) {
  ERR_clear_error();
  errno = 0;
  Step step;
  const int result = SSL_read_ex(ssl_.get(), to, size, &step.bytes);
  return result == 1 ? step : over(result);
}

TlsSession::Step TlsSession::write(const void* from, std::size_t size) {
  ERR_clear_error();
  errno = 0;
  Step step;
  const int result = SSL_write_ex(ssl_.get(), from, size, &step.bytes);
  if (result != 1) step = over(result);
  writing_ = step.want != Want::kNothing;
  return step;
}

void TlsSession::end() {
  if (broken_ || writing_ || SSL_in_init(ssl_.get()) != 0) return;
  ERR_clear_error();
  if (SSL_shutdown(ssl_.get()) < 0) broken_ = true;
  ERR_clear_error();
}

bool TlsSession::quiet() {
  if (broken_) return false;
  ERR_clear_error();
  errno = 0;
  char byte;
  std::size_t got = 0;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
  return result != 1 && over(result).want == Want::kReadable;
}

bool TlsSession::is_plain_http(const error_code& error) {
  const auto code = static_cast<unsigned long>(static_cast<unsigned>(error.value()));
  return error.category() == tls_category() && ERR_GET_LIB(code) == ERR_LIB_SSL &&
         ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
}

std::string TlsSession::refused_certificate() const {
  const long verdict = SSL_get_verify_result(ssl_.get());
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

}  // namespace paddock::http
