#include "tls_context.h"

#include <new>

#include <openssl/ssl.h>

namespace paddock::http {

namespace {

SSL_CTX* make_client_context() {
  // Offered in TLS, so that a server that knows more does not have to guess.
  static constexpr unsigned char kProtocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) throw std::bad_alloc();
  set_tls_defaults(context);
  SSL_CTX_set_default_verify_paths(context);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context, kProtocols, sizeof kProtocols);
  return context;
}

}  // namespace

void set_tls_defaults(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

ssl_ctx_st* client_tls_context() {
  static SSL_CTX* const context = make_client_context();
  return context;
}

}  // namespace paddock::http
