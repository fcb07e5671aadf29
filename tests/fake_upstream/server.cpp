#include "server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "connection.h"

namespace paddock::fake {

namespace asio = boost::asio;
using asio::ip::tcp;
using nlohmann::json;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
}

Server::Server(asio::io_context& io, const Options& options, const Recorder& recorder)
    : io_(io), options_(options), recorder_(recorder), acceptor_(io) {}

void Server::start() { asio::co_spawn(io_, run(), asio::detached); }

void Server::release(const std::string& gate) {
  released_.insert(gate);
  for (auto* connection : connections_) connection->wake();
}

asio::awaitable<void> Server::wait(int ms) {
  asio::steady_timer timer(io_, std::chrono::milliseconds(ms));
  co_await timer.async_wait(kTuple);
}

void Server::listen() {
  boost::system::error_code error;
  const tcp::endpoint where(asio::ip::make_address(options_.host),
                            static_cast<unsigned short>(options_.port));
  acceptor_.open(where.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(!options_.keep_off_used_ports));
  acceptor_.bind(where, error);
  if (!error) acceptor_.listen(4096, error);
  if (error) {
    std::fprintf(stderr, "fake_upstream: port %d: %s\n", options_.port, error.message().c_str());
    std::_Exit(1);
  }
  const json fields = {{"port", acceptor_.local_endpoint().port()}};
  recorder_.write("listening", fields);
  std::printf("fake_upstream listening on %d\n", acceptor_.local_endpoint().port());
  std::fflush(stdout);
}

asio::awaitable<void> Server::flip_health() {
  if (options_.health_never) co_return;
  if (options_.health_delay_ms > 0) co_await wait(options_.health_delay_ms);
  healthy_ = true;
  recorder_.write("health_flip");
}

asio::awaitable<void> Server::run() {
  if (options_.listen_delay_ms > 0) co_await wait(options_.listen_delay_ms);
  listen();
  asio::co_spawn(io_, flip_health(), asio::detached);
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(kTuple);
    if (error) {
      std::fprintf(stderr, "fake_upstream: accept: %s\n", error.message().c_str());
      co_await wait(5);
      continue;
    }
    std::make_shared<Connection>(*this, std::move(socket))->start();
  }
}

}  // namespace paddock::fake
