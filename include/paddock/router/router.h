// Router: the owner of the control thread. It turns happenings into scheduler events, performs the effects
// the scheduler answers with, and hands out leases. It contains no policy: an `if` here that chooses who
// runs belongs in the scheduler.
//
// All public members are thread-safe unless said otherwise: they post to the control thread and return at
// once. Handlers and Waiters are called on the control thread and must only pass the news on.
// The io_context must be run by one thread, which must live as long as the daemon (children die with it).
// Destroying the Router kills what still runs; destroy it on the control thread after shutdown, when no
// lease is out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/base/result.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/router/lease.h"
#include "paddock/router/status.h"

namespace boost::asio {
class io_context;
}
namespace paddock::process {
class Launcher;
class Listener;
enum class FailureClass;
}  // namespace paddock::process

namespace paddock::scheduler {
class EvictionPolicy;
struct Backoff;
}  // namespace paddock::scheduler

namespace paddock::router {

enum class RejectCode {
  kModelNotFound,  // no such model in Options
  kStartFailed,
  kStartTimeout,
  kUnloaded,   // an unload or a cancel took the model away while the request waited
  kCancelled,  // the answer to cancel(); nobody is there to read it
  kShuttingDown,
  kQueueFull,  // as many wait for the model as may
  kPinned,     // it has no place beside the pinned models that run; the message names them
  kFrozen,     // it is not loaded, and loading is frozen
  kNotLoaded,  // it is not ready, and Use::kGlance loads nothing
  kCrashLoop,  // it ended badly, perhaps several times; `retry_after` says when it is tried again
};

struct RouteError {
  RejectCode code = RejectCode::kStartFailed;
  std::string message;  // a sentence
  FailureDetail detail;
  std::optional<std::chrono::seconds> retry_after{};  // kCrashLoop
};

// Somebody who waits for a place. Exactly one of the two is called, exactly once, on the control thread.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void granted(Lease lease) noexcept = 0;
  virtual void rejected(RouteError error) noexcept = 0;
};

// Whether a request keeps its model loaded, and loads it: see scheduler/events.h.
enum class Use { kWork, kLook, kGlance };

struct ModelOptions {
  ModelId id;
  Duration ttl{0};  // 0: never unloaded for idleness
  Duration unload_grace = std::chrono::seconds(10);
  // For so long a request may wait for a launch that shows no sign of life, before that is restarted; 0: for
  // ever. See router/stall.h.
  Duration stall_timeout{0};
  int priority = 0;  // for this and the next three see scheduler.h
  int concurrency_limit = 0;
  int queue_limit = 1000;
  bool pinned = false;
  bool uses_port = true;                             // takes a number from Ports
  std::function<process::SpawnSpec(int port)> bind;  // the launch on that port (0 if !uses_port)
  std::string launch{};                              // see scheduler/options.h: another one is another launch
};

// Told what will probably be started next, so that what the start will read can be read meanwhile. Either may
// be empty. Called on the control thread; they must not block.
struct PrefetchHooks {
  std::function<void(const process::SpawnSpec&)> begin;  // on its usual port
  std::function<void(const ModelId&)> end;               // it starts, or nobody waits for it any more
};

// Told of launches, for statistics; any of them may be empty. Called on the control thread; they must not
// block.
struct LaunchHooks {
  std::function<void(const ModelId&, const std::string& reason)> starting;
  std::function<void(const ModelId&, Duration load)> ready;
  std::function<void(const ModelId&, const char*failure_class)> failed, crashed;
  std::function<void(const ModelId&, const std::string& reason)> stopping;
};

struct Options {
  std::vector<ModelOptions> models;
  // Which of them may run together; null: one at a time.
  std::shared_ptr<const scheduler::EvictionPolicy> policy;
  Duration max_wait = std::chrono::seconds(30);
  Duration min_residency{0};
  int start_port = 5800;
  std::size_t kept_launches = 10;  // per model, for status
  // Called once. In the daemon it gives a process::Supervisor on the control thread.
  std::function<std::unique_ptr<process::Launcher>(process::Listener&)> make_launcher;
  PrefetchHooks prefetch;
  LaunchHooks launches;
  // Called on the control thread when requests run on an Upstream that has a breakage(): whoever holds their
  // connections cuts them. May be empty.
  std::function<void()> on_broken;
  // How long a load of the model will take, where none of this life of the daemon tells. Called on the
  // control thread; must not block. May be empty.
  std::function<std::optional<Duration>(const ModelId&)> expected_load{};
  // Replaced in tests; otherwise router/brake.h's.
  std::function<scheduler::Backoff(process::FailureClass)> back_off;
};

enum class UnloadMode {
  kDrain,  // running requests finish first; waiting ones are rejected with kUnloaded
  kNow,    // running requests are cut
};

// How a load, unload, restart or cancel ended. No error: as asked.
struct Outcome {
  std::optional<RouteError> error;
};
using OutcomeHandler = std::function<void(Outcome)>;

class Router {
 public:
  Router(boost::asio::io_context& control, Options options);
  ~Router();

  // A place at once, without a visit to the control thread, if the model is ready and nobody else needs its
  // room; otherwise an empty lease, and acquire() is the way. Costs no allocation. For work only.
  Lease try_acquire(const ModelId& model);

  // Joins the queue for a model, starting it when needed. The waiter is kept until it was answered.
  TicketId acquire(const ModelId& model, std::shared_ptr<Waiter> waiter, Use use = Use::kWork);
  // The launch that serves the model now, without a place on it: whoever uses it holds up nothing and nobody,
  // and ends when it is leaving(). Nobody is waited for: kNotLoaded if it is not ready.
  using Sight = Result<std::shared_ptr<Upstream>, RouteError>;
  void sight(const ModelId& model, std::function<void(Sight)> handler);
  // The waiter no longer wants its place. It still gets its one call: rejected(kCancelled), or the grant
  // that was already on its way.
  void cancel(TicketId ticket);

  // Done when the model is ready; several loads of one model join. Loading swaps like a request does.
  void load(const ModelId& model, OutcomeHandler done);
  // Done when the processes are gone. No model named: all of them.
  void unload(std::vector<ModelId> models, UnloadMode mode, OutcomeHandler done);
  // Drains, stops and starts again; done when ready. A stopped model is just loaded.
  void restart(const ModelId& model, OutcomeHandler done);
  // Ends a load in progress; whoever waits for it is rejected with kUnloaded. Nothing to cancel: no error.
  void cancel_load(const ModelId& model, OutcomeHandler done);

  // The idle time after which the model is unloaded, 0 for never, until its launch has ended: of the one that
  // lives, or else of the next.
  void keep_alive(const ModelId& model, Duration ttl);

  // Until thaw() nothing is loaded or evicted unless a person asks for it (load, unload, restart): requests
  // for models that are not loaded are rejected, and idle ones stay.
  void freeze(OutcomeHandler done);
  void thaw(OutcomeHandler done);

  // What the model was a moment ago: for choosing where a request goes, never for starting or stopping.
  ModelState state(const ModelId& model) const;

  // Takes a picture and hands it over.
  void status(std::function<void(Status)> handler);
  // The same with the newest launch of each only, and no last lines: for who asks often.
  void overview(std::function<void(Status)> handler);
  // Grows with whatever a status shows, but for the requests that come and go through gates and how far loads
  // have come: while it stays, so does the rest.
  std::uint64_t changes() const;
  void queue(std::function<void(Queue)> handler);
  // What would come of a request for a model; with `running`, if these were loaded and idle and nobody
  // waited. Asking changes nothing. Nothing if one of the models is not in Options.
  void plan(const ModelId& model, std::optional<std::vector<ModelId>> running,
            std::function<void(std::optional<Plan>)> handler);

  // From here on these are the models, and this is who may run beside whom: scheduler.h says what becomes of
  // those that run. Of `options` the models, the policy, max_wait and min_residency are taken. `done` is
  // called when no request is judged by the old ones any more.
  void change_models(Options options, std::function<void()> done);

  // Rejects the queue, stops idle models at once and the others when their requests have finished, and calls
  // `done` when all are gone. Within `budget`: requests that run too long for it are cut and processes that
  // stop too slowly are killed (router/shutdown_plan.h says when). Calling it again only makes it faster:
  // with zero, running requests are cut and models get one second before SIGKILL.
  void shutdown(Duration budget, std::function<void()> done);

 private:
  friend class Lease;
  void finished(TicketId ticket);  // by a dying lease, any thread

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::router
