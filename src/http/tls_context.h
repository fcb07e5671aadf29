// What all TLS connections of the program have in common, whichever end they are.
#pragma once

struct ssl_ctx_st;

namespace paddock::http {

// TLS 1.2 or newer, without renegotiation, and memory only for connections that are busy.
void set_tls_defaults(ssl_ctx_st* context);

// For connections to others: their certificate must be good by the certificates that the system trusts, or by
// those that SSL_CERT_FILE and SSL_CERT_DIR name. Made at the first call, which reads files. Any thread.
ssl_ctx_st* client_tls_context();

}  // namespace paddock::http
