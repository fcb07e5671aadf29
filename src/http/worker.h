// Worker: one thread, one io_context, and all that its connections share: the pool of upstream connections,
// the JSON peeker, a coarse clock, and the list of sessions for the tick.
//
// run() is the thread's body. post-like members are thread-safe and say so; everything else is for the
// worker's own thread. Sessions never leave their worker.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>

#include "access.h"
#include "body_budget.h"
#include "body_peek.h"
#include "key_ring.h"
#include "net.h"
#include "paddock/base/clock.h"
#include "paddock/base/resolver.h"
#include "paddock/config/lookup.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/routes.h"
#include "paddock/http/server.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/metrics/sink.h"
#include "peers.h"
#include "reservations.h"
#include "upstream_pool.h"

namespace paddock::http {

class Session;

// What requests are judged by; it may change between two of them. Immutable.
struct Settings {
  std::shared_ptr<const config::Lookup> lookup;
  KeyRing keys;
  AccessRules access;
  std::shared_ptr<const Peers> peers{};
};

// What all workers share. Constant once the server runs, but for the counter.
struct Shared {
  ServerOptions options;
  Settings settings;  // to begin with
  RouteTable routes;
  router::Router& router;
  std::atomic<int> connections{0};
  std::function<void()> on_connection_end;  // any thread
  UpstreamFacts* facts = nullptr;           // null: nobody wants them
  Captures* captures = nullptr;             // likewise
  const ActiveProfile* profile = nullptr;   // null: none is ever on
  metrics::Sink* requests = nullptr;        // null: nobody lists them
  Reservations reservations{};
  BodyBudget model_bodies{};       // memory of bodies of requests for models
  BodyBudget control_bodies{};     // these are small, and never wait for the others
  BodyBudget translated_bodies{};  // made from bodies that were let in; without a limit
};

class Worker {
 public:
  Worker(Shared& shared, InFlight::Table& in_flight);
  ~Worker();

  asio::io_context& context() { return context_; }
  void run();

  // Thread-safe: takes over a connection accepted for this worker's context.
  void adopt(Socket socket);
  // Thread-safe: idle connections close, streams end, the others close after their answer.
  void drain();
  // Thread-safe: exchanges on broken upstreams end.
  void cut_broken();
  // Thread-safe: every session is cut; run() returns once all have ended.
  void cut();
  // Thread-safe: new requests are judged by these; `done` is called when they are.
  void change(Settings settings, std::function<void()> done);
  // Thread-safe: new connections are greeted with this one.
  void change_tls(std::shared_ptr<const TlsIdentity> identity);
  // Thread-safe: run() returns now.
  void halt() { context_.stop(); }

  Shared& shared() { return shared_; }
  const ServerOptions& options() const { return shared_.options; }
  // Each request keeps those that it began with.
  const std::shared_ptr<const Settings>& settings() const { return settings_; }
  // Null: clients speak plain HTTP.
  const std::shared_ptr<const TlsIdentity>& tls() const { return tls_; }
  UpstreamPool& pool() { return pool_; }
  Resolver& resolver() { return resolver_; }
  BodyPeeker& peeker() { return peeker_; }
  InFlight::Table& in_flight() { return in_flight_; }
  // The time of the last tick, or of waking up for it: for deadlines, never for measuring.
  TimePoint now() const { return now_; }
  bool draining() const { return draining_; }

  void enlist(Session& session);
  void delist(Session& session);

 private:
  void cancel(std::uint64_t request);
  void tick();
  void release_if_done();

  Shared& shared_;
  InFlight::Table& in_flight_;
  // Its own copy, so that workers do not count references in one place.
  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<const TlsIdentity> tls_;
  // Before the context: sessions that it still holds when it dies leave this list.
  std::vector<Session*> sessions_;
  bool draining_ = false;
  bool cutting_ = false;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_;
  Timer timer_;
  UpstreamPool pool_;
  Resolver resolver_;
  BodyPeeker peeker_;
  TimePoint now_ = steady_now();
};

}  // namespace paddock::http
