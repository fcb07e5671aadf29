// UpstreamPool keeps a worker's idle connections to upstreams.
//
// Few on purpose: llama-server is built on a library in which every idle connection holds a thread, so over
// all workers at most two of one launch stay idle. What comes back beyond that lingers for a few milliseconds
// only, so that a client that asks again at once finds it (a burst would otherwise open and close a
// connection per request).
// Taken connections are checked: one that was closed, or holds bytes nobody asked for, is thrown away.
// Worker's thread only. Destroying it closes all.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "net.h"
#include "paddock/base/clock.h"
#include "paddock/router/lease.h"
#include "stream.h"

namespace paddock::http {

// One connection to an upstream with its read buffer; unread bytes are [begin, end).
struct UpstreamConnection {
  explicit UpstreamConnection(asio::io_context& context) : socket(context), buffer(kBufferSize) {}

  static constexpr std::size_t kBufferSize = 16 << 10;

  Stream socket;
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool reused = false;
};

class UpstreamPool {
 public:
  explicit UpstreamPool(asio::io_context& context);
  ~UpstreamPool();

  // An idle connection that is still good, or null. It counts as reused.
  std::unique_ptr<UpstreamConnection> take(const std::shared_ptr<router::Upstream>& upstream);
  // `said` is the upstream's own `Keep-Alive: timeout`, if it said one.
  void put(const std::shared_ptr<router::Upstream>& upstream, std::unique_ptr<UpstreamConnection> connection,
           std::optional<std::chrono::seconds> said);
  // Closes what is too old or dead; for the worker's tick.
  void prune(TimePoint now);
  // Closes what is too old, without asking the kernel about the others.
  void expire(TimePoint now);
  void clear();

 private:
  struct Idle {
    std::shared_ptr<router::Upstream> upstream;
    std::unique_ptr<UpstreamConnection> connection;
    TimePoint expires;
    bool counted;  // in Upstream::idle_connections
  };

  void drop(std::size_t index);
  void arm_linger();

  std::vector<Idle> idle_;  // oldest first
  Timer linger_;
  bool linger_armed_ = false;
};

}  // namespace paddock::http
