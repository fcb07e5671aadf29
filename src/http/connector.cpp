#include "connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "tls_context.h"
#include "worker.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

// `probes`: how far apart TCP's own are that find a dead peer; 0: none.
void set_options(Socket& socket, std::chrono::seconds probes) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (probes == 0s) return;
  const int period = static_cast<int>(std::min<std::chrono::seconds>(probes, 32'767s).count());
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &period, sizeof period);
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &period, sizeof period);
}

}  // namespace

// Outlives a Connector that no longer waits for the answer.
struct Connector::Search {
  Event over;
  bool waiting = true;
  std::optional<Result<Resolver::Addresses, std::string>> found;

  void end() {
    if (std::exchange(waiting, false)) over.set();
  }
};

Task<std::unique_ptr<UpstreamConnection>> Connector::run() {
  give_up_ = timeouts_.connect > 0s ? worker_.now() + timeouts_.connect : TimePoint::max();
  connection_ = std::make_unique<UpstreamConnection>(worker_.context());
  bool connected = co_await find_addresses();
  if (connected) connected = co_await try_all(addresses_);
  if (!connected || aborted_) connection_.reset();
  co_return std::move(connection_);
}

Task<bool> Connector::find_addresses() {
  if (auto known = Resolver::at_once(upstream_.address)) {
    addresses_ = std::move(*known);
    co_return true;
  }
  const auto search = search_ = std::make_shared<Search>();
  worker_.resolver().resolve(upstream_.address, [search](const auto& found) {
    search->found = found;
    search->end();
  });
  Timer limit(worker_.context());
  limit.expires_at(give_up_);
  limit.async_wait([search](error_code cancelled) {
    if (!cancelled) search->end();
  });
  co_await search->over.wait();
  search_.reset();
  if (search->found && *search->found) {
    addresses_ = **search->found;
    co_return true;
  }
  why_ = search->found ? search->found->error() : "looking up its name takes too long";
  co_return false;
}

// Those that are still to come get their share of the time.
Task<bool> Connector::try_all(const Resolver::Addresses& addresses) {
  std::size_t left = addresses.size();
  for (const std::string& address : addresses) {
    const Duration share = (give_up_ - worker_.now()) / static_cast<int>(left--);
    bool connected = co_await reach(address, share);
    if (connected && upstream_.uses_tls()) connected = co_await secure();
    if (connected) co_return true;
    if (aborted_ || refused_) break;
  }
  co_return false;
}

Task<bool> Connector::reach(const std::string& address, Duration limit) {
  Socket& socket = connection_->socket.tcp();
  // Closed, it is opened again for the family of the address.
  close_quietly(connection_->socket);
  connection_->socket.drop_tls();
  error_code bad_address;
  const tcp::endpoint endpoint(asio::ip::make_address(address, bad_address),
                               static_cast<unsigned short>(upstream_.port));
  link_.arm(worker_.now(), limit, connection_->socket);
  const auto [error] = co_await socket.async_connect(endpoint, kToken);
  link_.disarm();
  if (error) why_ = said(error, "timeouts.connect");
  if (error || !socket.is_open()) co_return false;
  set_options(socket, timeouts_.keepalive);
  co_return true;
}

Task<bool> Connector::secure() {
  if (timeouts_.tls_handshake > 0s) {
    link_.arm(worker_.now(), timeouts_.tls_handshake, connection_->socket);
  }
  const error_code error =
      co_await connection_->socket.secure_as_client(client_tls_context(), upstream_.host);
  link_.disarm();
  if (!error) co_return true;
  const std::string certificate = connection_->socket.refused_certificate();
  refused_ = !certificate.empty();
  why_ = refused_ ? "its certificate is not accepted for `" + upstream_.host + "`: " + certificate
                  : said(error, "timeouts.tlsHandshake");
  co_return false;
}

std::string Connector::said(const error_code& error, const char* limit) {
  if (error != asio::error::operation_aborted) return error.message();
  return std::string("no answer in time (") + limit + ")";
}

void Connector::abort() {
  aborted_ = true;
  if (search_) return search_->end();
  if (connection_) close_quietly(connection_->socket);
}

}  // namespace paddock::http
