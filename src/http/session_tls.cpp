// The part of Session that greets a client, where the listener speaks TLS.
#include <spdlog/spdlog.h>

#include "session.h"

namespace paddock::http {

Task<bool> Session::secure() {
  const std::shared_ptr<const TlsIdentity> identity = worker_.tls();
  if (!identity) co_return true;
  // A client that has said nothing yet is nobody whom a shutdown waits for.
  idle_ = true;
  link_->arm(worker_.now(), worker_.options().handshake_timeout, link_->socket);
  const error_code error = co_await link_->socket.secure_as_server(identity->context());
  link_->disarm();
  idle_ = false;
  if (!error) co_return true;
  spdlog::debug("no TLS connection came about with {}: {}", remote_, error.message());
  if (TlsSession::is_plain_http(error)) co_await refuse_plain();
  co_return false;
}

// What it has sent was read as TLS and is lost, so the answer fits whatever it asked.
Task<void> Session::refuse_plain() {
  link_->socket.drop_tls();
  ApiError error;
  error.status = 400;
  error.code = "tls_required";
  error.message = "this port speaks https only: write https:// instead of http:// in the address";
  error.retry_pointless = true;
  const Reply reply = to_reply(error);
  const std::string text =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
      std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
  const bool written = co_await write_text(text);
  if (written) co_await linger();
}

}  // namespace paddock::http
