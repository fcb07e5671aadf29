#include "paddock/http/server.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <spdlog/spdlog.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "paddock/base/blocked_signals.h"
#include "worker.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

// After a failed accept (descriptors used up, mostly) the next try comes this much later.
constexpr auto kBackOff = 100ms;
// How long stop() waits for cut sessions before the workers are halted.
constexpr auto kCutGrace = 3s;
constexpr int kBacklog = 4096;

Result<tcp::endpoint, std::string> to_endpoint(const std::string& host, int port) {
  const auto number = static_cast<unsigned short>(port);
  if (host.empty()) return tcp::endpoint(tcp::v6(), number);
  error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error)
    return "cannot listen on `" + host + "`: it is not a numeric address; use 127.0.0.1, or `:PORT` for all";
  return tcp::endpoint(address, number);
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, std::shared_ptr<const config::Lookup> lookup, RouteTable routes,
       router::Router& router, const Books& books)
      : max_connections_(options.max_connections),
        shared_{std::move(options), {std::move(lookup), {}, {}, {}}, std::move(routes), router, {}, {}} {
    shared_.facts = &books.facts;
    shared_.captures = &books.captures;
    shared_.profile = &books.profile;
    shared_.requests = books.requests;
    shared_.settings.peers = std::make_shared<const Peers>(shared_.options.peers);
    shared_.settings.keys = KeyRing(shared_.options.access.api_keys);
    shared_.settings.access = AccessRules(shared_.options.access, shared_.options.host);
    for (std::size_t i = 0; i < books.in_flight.workers(); ++i)
      workers_.push_back(std::make_unique<Worker>(shared_, books.in_flight.table(i)));
    acceptor_.emplace(workers_[0]->context());
    timer_.emplace(workers_[0]->context());
    shared_.on_connection_end = [this] { on_connection_end(); };
  }

  ~Impl() { stop(); }

  Result<void, std::string> listen();
  int bound_port() const { return port_; }
  void start();
  void change(std::shared_ptr<const config::Lookup> lookup, const ServerOptions& options,
              std::function<void()> done);
  void change_tls(const std::shared_ptr<const TlsIdentity>& identity);
  void cut_broken();
  void drain();
  void stop();

 private:
  error_code open(const tcp::endpoint& endpoint);
  void accept();
  void on_accept(error_code error, Socket socket, Worker& worker);
  void retry_later(const error_code& error);
  void on_connection_end();

  std::atomic<int> max_connections_;
  Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<Acceptor> acceptor_;
  std::optional<Timer> timer_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;  // workers in run(); guarded by mutex_
  int port_ = 0;
  std::size_t next_worker_ = 0;
  std::atomic<bool> paused_{false};
  bool failing_ = false;
  bool closed_ = false;  // worker 0's thread
};

error_code Server::Impl::open(const tcp::endpoint& endpoint) {
  error_code error;
  acceptor_->open(endpoint.protocol(), error);
  if (error) return error;
  acceptor_->set_option(asio::socket_base::reuse_address(true), error);
  if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    acceptor_->set_option(asio::ip::v6_only(false), error);
  }
  acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(kBacklog, error);
  if (error) {
    error_code ignored;
    acceptor_->close(ignored);
  }
  return error;
}

Result<void, std::string> Server::Impl::listen() {
  const auto endpoint = to_endpoint(shared_.options.host, shared_.options.port);
  if (!endpoint) return endpoint.error();
  error_code error = open(*endpoint);
  // A kernel without IPv6 still has all its IPv4 interfaces.
  if (error && shared_.options.host.empty()) error = open({tcp::v4(), endpoint->port()});
  if (error) {
    const std::string place =
        (shared_.options.host.empty() ? "*" : shared_.options.host) + ":" + std::to_string(endpoint->port());
    return "cannot listen on " + place + ": " + error.message() +
           (error == asio::error::address_in_use
                ? "; another program has this port, choose another with --listen"
                : "");
  }
  port_ = acceptor_->local_endpoint().port();
  return {};
}

void Server::Impl::start() {
  asio::post(workers_[0]->context(), [this] { accept(); });
  running_ = static_cast<int>(workers_.size());
  const BlockedSignals blocked;
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, &worker = *worker] {
      worker.run();
      const std::lock_guard lock(mutex_);
      --running_;
      ended_.notify_all();
    });
  }
}

void Server::Impl::accept() {
  if (closed_) return;
  const int most = max_connections_.load(std::memory_order_relaxed);
  if (shared_.connections.load(std::memory_order_relaxed) >= most) {
    if (!paused_.exchange(true))
      spdlog::warn("{} clients are connected (maxConnections); new ones wait", most);
    // One may have ended, or more be allowed, between the two lines above; that then found nothing paused.
    if (shared_.connections.load() >= max_connections_.load() || !paused_.exchange(false)) return;
  }
  Worker& worker = *workers_[next_worker_++ % workers_.size()];
  acceptor_->async_accept(worker.context(), [this, &worker](error_code error, Socket socket) {
    on_accept(error, std::move(socket), worker);
  });
}

void Server::Impl::on_accept(error_code error, Socket socket, Worker& worker) {
  if (closed_ || error == asio::error::operation_aborted) return;
  if (error && error != asio::error::connection_aborted) return retry_later(error);
  failing_ = false;
  if (!error) {
    shared_.connections.fetch_add(1, std::memory_order_relaxed);
    worker.adopt(std::move(socket));
  }
  accept();
}

void Server::Impl::retry_later(const error_code& error) {
  if (!std::exchange(failing_, true))
    spdlog::error("cannot accept connections: {}; trying on", error.message());
  timer_->expires_after(kBackOff);
  timer_->async_wait([this](error_code cancelled) {
    if (!cancelled) accept();
  });
}

void Server::Impl::change(std::shared_ptr<const config::Lookup> lookup, const ServerOptions& options,
                          std::function<void()> done) {
  max_connections_.store(options.max_connections);
  on_connection_end();  // there may be room now
  const Settings settings{std::move(lookup), KeyRing(options.access.api_keys),
                          AccessRules(options.access, shared_.options.host),
                          std::make_shared<const Peers>(options.peers)};
  const auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
  for (const auto& worker : workers_) {
    worker->change(settings, [left, done] {
      if (left->fetch_sub(1) == 1) done();
    });
  }
}

void Server::Impl::change_tls(const std::shared_ptr<const TlsIdentity>& identity) {
  for (const auto& worker : workers_) worker->change_tls(identity);
}

void Server::Impl::on_connection_end() {
  if (!paused_.exchange(false)) return;
  asio::post(workers_[0]->context(), [this] { accept(); });
}

void Server::Impl::drain() {
  asio::post(workers_[0]->context(), [this] {
    closed_ = true;
    error_code ignored;
    acceptor_->close(ignored);
    timer_->cancel();
  });
  for (const auto& worker : workers_) worker->drain();
}

void Server::Impl::cut_broken() {
  for (const auto& worker : workers_) worker->cut_broken();
}

void Server::Impl::stop() {
  if (threads_.empty()) return;
  drain();
  for (const auto& worker : workers_) worker->cut();
  std::unique_lock lock(mutex_);
  const bool ended = ended_.wait_for(lock, kCutGrace, [this] { return running_ == 0; });
  lock.unlock();
  if (!ended) {
    spdlog::error("some connections did not end in time and are dropped");
    for (const auto& worker : workers_) worker->halt();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Server::Server(ServerOptions options, std::shared_ptr<const config::Lookup> lookup, RouteTable routes,
               router::Router& router, const Books& books)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(lookup), std::move(routes), router, books)) {
}

Server::~Server() = default;
Result<void, std::string> Server::listen() { return impl_->listen(); }
int Server::bound_port() const { return impl_->bound_port(); }
void Server::start() { impl_->start(); }
void Server::change(std::shared_ptr<const config::Lookup> lookup, const ServerOptions& options,
                    std::function<void()> done) {
  impl_->change(std::move(lookup), options, std::move(done));
}
void Server::change_tls(const std::shared_ptr<const TlsIdentity>& identity) { impl_->change_tls(identity); }
void Server::cut_broken() { impl_->cut_broken(); }
void Server::drain() { impl_->drain(); }
void Server::stop() { impl_->stop(); }

}  // namespace paddock::http
