// Server: the front door and the data path.
//
// Owns the worker threads, each with its own io_context; worker 0 accepts and hands connections out in turn,
// and a connection never leaves its worker. Model requests go through the Router and are relayed with their
// framing, byte for byte and piece by piece (docs/life-of-a-request.md).
// listen/start/drain/stop are for the control thread. Destroying it stops first.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/config/access.h"
#include "paddock/config/lookup.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/captures.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/routes.h"
#include "paddock/http/tls.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/metrics/sink.h"

namespace paddock::router {
class Router;
}

namespace paddock::http {

// Another server with an API like ours.
struct PeerOptions {
  std::string id;
  std::string host;  // a name or a literal address
  int port = 80;
  std::string base_path;  // no trailing slash; usually empty
  bool tls = false;
  std::string api_key;        // a secret; empty: none
  bool forward_auth = false;  // the client's own credentials go on
};

struct ServerOptions {
  std::string host;                                     // empty: all interfaces
  int port = 8080;                                      // 0: any free one
  std::shared_ptr<const TlsIdentity> tls;               // null: plain HTTP
  config::Access access;                                // who may do what
  int max_connections = 4096;                           // beyond: accepting pauses until one ends
  std::size_t head_bytes = 64 << 10;                    // longest request or answer head
  std::size_t control_body_bytes = 1 << 20;             // longest body of a control request
  std::chrono::milliseconds head_timeout{30'000};       // from the first byte of a head to its end
  std::chrono::milliseconds handshake_timeout{10'000};  // of TLS, from connecting on
  std::chrono::milliseconds idle_timeout{75'000};       // between requests of one connection
  // Silences of a client: in the midst of its request's body, and while it takes nothing of its answer. An
  // answer may take as long as it takes.
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds stall_timeout{600'000};
  std::vector<PeerOptions> peers;
};

// What the server tells others while it runs; all of it outlives the server. There is one worker for each
// table of in_flight.
struct Books {
  InFlight& in_flight;
  UpstreamFacts& facts;
  Captures& captures;
  const ActiveProfile& profile;
  metrics::Sink* requests = nullptr;  // where requests go when they have ended; null: nowhere
};

class Server {
 public:
  // `lookup` is the picture of the configured models to begin with; `routes` may not change any more.
  Server(ServerOptions options, std::shared_ptr<const config::Lookup> lookup, RouteTable routes,
         router::Router& router, const Books& books);
  ~Server();

  // Binds and listens; the error is a sentence. On success bound_port() is the real port.
  Result<void, std::string> listen();
  int bound_port() const;

  // Starts the workers and accepts.
  void start();
  // New requests are judged by this configuration, keys and limit of clients; of `options` access and
  // max_connections are taken. Requests that run end as they began. `done` is called, on a worker's thread,
  // when no new request is judged by the old ones; never if the server stops before.
  void change(std::shared_ptr<const config::Lookup> lookup, const ServerOptions& options,
              std::function<void()> done);
  // New connections are greeted with this one; not null, and only where there was one to begin with.
  void change_tls(const std::shared_ptr<const TlsIdentity>& identity);
  // Ends the exchanges on upstreams that are broken: their clients get the error that says so, or a broken
  // stream.
  void cut_broken();
  // Stops accepting, closes idle connections, ends log followers and event streams; what runs goes on, each
  // connection closing after its answer.
  void drain();
  // Cuts what is left, ends the workers and joins them. No lease is out afterwards.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::http
