#include "paddock/http/tls.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "paddock/base/text.h"
#include "paddock/base/unique_fd.h"
#include "tls_context.h"

namespace paddock::http {

namespace {

constexpr std::string_view kHttp11 = "http/1.1";

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int size, void*) {
  const std::string_view list(reinterpret_cast<const char*>(offered), size);
  for (std::size_t at = 0; at < list.size(); at += 1 + static_cast<unsigned char>(list[at])) {
    const std::string_view name = list.substr(at + 1, static_cast<unsigned char>(list[at]));
    if (name != kHttp11) continue;
    *out = reinterpret_cast<const unsigned char*>(name.data());
    *out_size = static_cast<unsigned char>(name.size());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

std::string name_of(const char* what, const std::string& path, const char* flag) {
  return std::string("the ") + what + " `" + printable(path) + "` (" + flag + ")";
}

// Empty if the file can be read.
std::string unreadable(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return file ? std::string() : std::string(std::strerror(errno));
}

std::string reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text != nullptr ? text : "unknown";
}

std::string use_certificate(SSL_CTX* context, const std::string& path) {
  const std::string name = name_of("certificate", path, "--tls-cert-file");
  if (const std::string why = unreadable(path); !why.empty()) return name + " cannot be read: " + why;
  if (SSL_CTX_use_certificate_chain_file(context, path.c_str()) == 1) return {};
  return name + " is no certificate in PEM form: " + reason();
}

std::string use_key(SSL_CTX* context, const std::string& path, const std::string& certificate) {
  const std::string name = name_of("private key", path, "--tls-key-file");
  if (const std::string why = unreadable(path); !why.empty()) return name + " cannot be read: " + why;
  if (SSL_CTX_use_PrivateKey_file(context, path.c_str(), SSL_FILETYPE_PEM) == 1) return {};
  const unsigned long error = ERR_peek_last_error();
  const bool mismatch =
      ERR_GET_LIB(error) == ERR_LIB_X509 && (ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH ||
                                             ERR_GET_REASON(error) == X509_R_KEY_TYPE_MISMATCH);
  if (mismatch) {
    ERR_clear_error();
    return name + " does not belong to the certificate `" + printable(certificate) + "`";
  }
  return name + " is no private key in PEM form without a passphrase: " + reason();
}

}  // namespace

void TlsIdentity::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsIdentity::TlsIdentity() : context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw std::bad_alloc();
  set_tls_defaults(context_.get());
  SSL_CTX_set_alpn_select_cb(context_.get(), &choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context_.get(), &no_passphrase);
}

Result<std::shared_ptr<const TlsIdentity>, std::string> TlsIdentity::load(const std::string& certificate,
                                                                          const std::string& key) {
  ERR_clear_error();
  std::shared_ptr<const TlsIdentity> identity(new TlsIdentity);
  SSL_CTX* const context = identity->context();
  if (std::string wrong = use_certificate(context, certificate); !wrong.empty()) return wrong;
  if (std::string wrong = use_key(context, key, certificate); !wrong.empty()) return wrong;
  return identity;
}

}  // namespace paddock::http
