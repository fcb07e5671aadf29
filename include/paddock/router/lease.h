// A Lease is permission to talk to one running model. The router hands it out when the model is ready; as
// long as it lives, the scheduler counts one request on that model and will not evict it for another one.
// An unload with mode=now, a shutdown past its grace, and the watchdog of engines that stand still or fail,
// still end the process: then revoked() is true.
//
// Not a connection: opening and closing sockets is http's business.
// Move-only; may be used and destroyed on any thread. Destroying it, on any path, reports the end of the
// request exactly once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/base/unique_fd.h"
#include "paddock/router/status.h"

namespace paddock::router {

class Gate;
class Router;

// Why a launch that lives serves no more: what its running requests are told.
struct Breakage {
  std::string code;     // of the API: `upstream_stalled`, `upstream_failed`
  std::string message;  // a sentence
  FailureDetail detail;
};

// One launch of a model as the data path sees it. Shared by all its leases and by the connection pools.
// Immutable but for the atomics; thread-safe.
class Upstream {
 public:
  Upstream(ModelId model, Generation generation, std::string address, int port, std::string host,
           std::string base_path, UniqueFd pidfd);

  const ModelId model;
  const Generation generation;
  const std::string address;  // to connect to: numeric for a launch; a peer's may be a name
  const int port;
  const std::string host;       // as configured, for messages
  const std::string base_path;  // goes before the request's path; usually empty

  // Over TLS: its certificate must be for `host`. Told before it is shared.
  void use_tls() { tls_ = true; }
  bool uses_tls() const { return tls_; }

  // When its launch began and when it was ready; a peer's: never. Told before it is shared.
  void launched(TimePoint started, TimePoint ready) {
    started_at_ = started;
    ready_at_ = ready;
  }
  TimePoint started_at() const { return started_at_; }
  TimePoint ready_at() const { return ready_at_; }

  // Whether its process is ours to see. A detached launch serves elsewhere.
  bool has_process() const { return static_cast<bool>(pidfd_); }
  // False once the process has ended, as the kernel knows it, even if nobody has been told yet.
  bool alive() const;
  // The router was told that the process has ended, and what went wrong. Once.
  void mark_exited(FailureDetail failure = {}) {
    failure_ = std::move(failure);
    exited_.store(true, std::memory_order_release);
  }
  bool end_is_told() const { return exited_.load(std::memory_order_acquire); }
  // Null until the end is told, and if nothing went wrong.
  const FailureDetail* failure() const {
    return end_is_told() && !failure_.kind.empty() ? &failure_ : nullptr;
  }
  // It has given a whole answer: what ends it now is no crash loop.
  bool has_served() const { return served_.load(std::memory_order_relaxed); }
  void mark_served() { served_.store(true, std::memory_order_relaxed); }
  // True once the daemon itself decided to end the process under running requests.
  bool revoked() const { return revoked_.load(std::memory_order_acquire); }
  void revoke() { revoked_.store(true, std::memory_order_release); }

  // True once its stop was ordered: whoever uses it without a lease ends now.
  bool leaving() const { return leaving_.load(std::memory_order_acquire); }
  void mark_leaving() { leaving_.store(true, std::memory_order_release); }

  // What ends its requests though its server may live; null: nothing. Once, on the control thread.
  const Breakage* breakage() const { return broken_.load(std::memory_order_acquire) ? &breakage_ : nullptr; }
  void mark_broken(Breakage breakage) {
    breakage_ = std::move(breakage);
    broken_.store(true, std::memory_order_release);
  }

  // For the stall watch (router/stall.h); counted only where there is one. Told before it is shared.
  void watch() { watched_ = true; }
  bool watched() const { return watched_; }
  std::atomic<std::uint64_t> received{0};  // bytes of answers
  std::atomic<int> awaited{0};             // requests for work that wait for it, and not for their client

  // Idle connections to this launch over all workers; the pools keep it small (http/upstream_pool.h).
  std::atomic<int> idle_connections{0};

 private:
  UniqueFd pidfd_;
  std::atomic<bool> revoked_{false};
  std::atomic<bool> leaving_{false};
  FailureDetail failure_;  // immutable from exited_ on
  std::atomic<bool> exited_{false};
  std::atomic<bool> served_{false};
  Breakage breakage_;  // immutable from broken_ on
  std::atomic<bool> broken_{false};
  bool watched_ = false;
  bool tls_ = false;
  TimePoint started_at_, ready_at_;
};

// One request's wait for its engine, as the stall watch counts it. One thread at a time; null: nobody
// watches, and each call costs a branch.
class Awaited {
 public:
  explicit Awaited(Upstream* upstream) : upstream_(upstream) { resume(); }
  ~Awaited() { pause(); }
  Awaited(const Awaited&) = delete;
  Awaited& operator=(const Awaited&) = delete;

  // From here on it is the client that is waited for.
  void pause() {
    if (upstream_) upstream_->awaited.fetch_sub(1, std::memory_order_relaxed);
  }
  void resume() {
    if (upstream_) upstream_->awaited.fetch_add(1, std::memory_order_relaxed);
  }
  void got(std::size_t bytes) {
    if (upstream_) upstream_->received.fetch_add(bytes, std::memory_order_relaxed);
  }

 private:
  Upstream* const upstream_;
};

class Lease {
 public:
  Lease() = default;
  // By a grant: its end is told to the router.
  Lease(Router* router, TicketId ticket, std::shared_ptr<Upstream> upstream);
  // Through an open gate: its end is the gate's business.
  Lease(Gate* gate, std::shared_ptr<Upstream> upstream);
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return upstream_ != nullptr; }
  const std::shared_ptr<Upstream>& upstream() const { return upstream_; }
  TicketId ticket() const { return ticket_; }

 private:
  void release();

  Gate* gate_ = nullptr;
  Router* router_ = nullptr;
  TicketId ticket_;
  std::shared_ptr<Upstream> upstream_;
};

}  // namespace paddock::router
