// Scheduler: who may run, who waits, who must go. Events in, effects out.
//
// Pure: it knows no process, no socket, no clock and no log; time is an argument. It keeps its own picture of
// every model, changed by events only:
//
//            StartProcess          ProcessReady
//   stopped ------------> starting ------------> ready
//      ^                     |                     |   (a crash goes straight back to stopped)
//      |    ProcessExited    v     StopProcess     v
//      +------------------ stopping <--------------+
//
// What interrupts what:
//   a request while stopping          waits; the exit is followed by a new start
//   unload or cancel while starting   StopProcess at once, whoever waits is rejected
//   a failed start                    whoever waits is rejected; `stopping` until the exit; nothing restarts
//                                     by itself, the next request does, unless the brake holds
//   a message of an older launch      ignored, by its generation
//   it breaks while ready             running requests are cut, StopProcess, and it comes again in its place
//   unload or restart while ready     `draining`: no new grants, running requests finish, then StopProcess
//
// Who waits, and for how long. Requests for a ready model are let in: that batches them, and swaps are few. A
// model that somebody waits for is loaded as soon as all that must go for it is idle. What it waits for, its
// claim, is settled in this order: claims that room is being made for, then those whose oldest waiter is
// overdue (it has waited `max_wait`), oldest first, then the others by priority and age. A later claim may go
// first only if that takes nothing from an earlier one.
//   - Once a waiter is overdue, whatever must go for it takes no request that came later. It drains and goes.
//     As long as something of that is kept by `min_residency`, all of it serves on.
//   - Whoever joined a load before that is served with it, and always the one that it was begun for, so that
//   a
//     load is never for nothing.
//   - At most `concurrency_limit` requests run on a model; the rest waits, in the order of arrival.
// So nobody starves, whatever the traffic; running requests are never cut for a swap. Where the policy leaves
// a choice of whom to evict at one cost, who is idle goes before who is busy, and then the least recently
// used; only uses before the claim count, as those after it do not change who must go.
//
// The brake. A start that failed is a bad end, and so is a crash of a model that was ready for less than
// kSettled and has not served (it comes with a Backoff); so
// is, in the same way, a break. After one, and if it is a crash after the second in
// a row, requests do not start the model again for as long as the Backoff says: they are rejected with
// kCrashLoop at once, and so are those who wait when that begins. A row ends with a crash of a model that has
// served or was ready for kSettled, with a stop of the ready model by order, and when a person asks for a
// load or a restart, which tries at once. The crash of a model that was to go anyway does not count.
//
// A change of the models (ModelsChanged) takes no running request's place away. A loaded model whose launch
// would be another one now serves on and is started anew once it is idle; one that is being loaded is started
// anew at once, and who waits for it waits on. A model that is no longer named takes no request any more and
// goes when those that run have ended; until then it counts as in the way of all that it was not allowed
// beside. If the new rule forbids what runs together, the least recently used of it drains and goes.
//
// A pinned model is never evicted for another; who could be served only in its place is rejected. While
// frozen, nothing is loaded or evicted unless a person asks for it.
//
// With gates, a ready model whose requests would all be granted on arrival is lent out: OpenGate lets
// requests in without an event each. Whatever needs the model (a waiter of another one, an unload, its idle
// time) makes the scheduler withdraw it first: CloseGate, and GateClosed once nobody is inside. A gate that
// is not closed counts as one running request, so no rule above needs to know of it.
//
// Every ticket ends once: by Reject, or by RequestFinished after its Grant. Every operation ends once, by
// OperationDone. Single owner, no thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/scheduler/effects.h"
#include "paddock/scheduler/events.h"
#include "paddock/scheduler/options.h"
#include "paddock/scheduler/policy.h"

namespace paddock::scheduler {

// A model that has been ready for so long has started well.
inline constexpr Duration kSettled = std::chrono::minutes(1);

enum class State { kStopped, kStarting, kReady, kStopping };
const char* state_name(State state);

struct ModelView {
  ModelId id;
  State state = State::kStopped;
  Generation generation;  // none while stopped
  bool draining = false;  // takes no new requests and goes when the running ones have finished
  int in_flight = 0;      // granted on this launch and not finished
  int waiting = 0;        // requests in the queue
  TimePoint used_at{};    // the last work that is known: not what came through its gate since that was opened
  Duration ttl{0};        // idle time before it is stopped; 0: never
  TimePoint
      stays_until{};  // it is not stopped for idleness before that: after a thaw, or a load of what is ready
};

struct View {
  bool shutting_down = false;
  bool frozen = false;
  std::vector<ModelView> models;  // in the order of Options
};

// A request that waits.
struct Waiting {
  TicketId ticket;
  ModelId model;
  TimePoint since;
  std::string blocked_by;  // a phrase: `waits for b (ready, 2 running)`
};

enum class Action {
  kServe,  // at once
  kLoad,   // nothing must go for it
  kSwap,   // all that must go is idle
  kWait,
  kRefuse,
};
const char* action_name(Action action);  // `serve`, `load`, `swap`, `wait`, `refuse`

// What would come of one more request for a model.
struct Plan {
  ModelId model;
  Action action = Action::kServe;
  std::vector<ModelId> evict;  // what must go and does not leave already
  std::string set;             // of the policy, see Room
  std::uint64_t cost = 0;
  bool exact = true;
  std::string reason;  // a sentence
};

// What is known elsewhere about a model that is lent out.
struct LentUse {
  ModelId model;
  bool in_use = false;
  TimePoint idle_since;  // the last use
};

class Scheduler {
 public:
  Scheduler(Options options, std::shared_ptr<const EvictionPolicy> policy);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Takes one event and says what follows. Events that fit nothing (an unknown ticket, an old generation) are
  // ignored.
  std::vector<Effect> on(const Event& event, TimePoint now);

  View view() const;
  // Those who wait, next first.
  std::vector<Waiting> queue(TimePoint now) const;
  // Asking changes nothing. Nothing for an unknown model. `lent`: all models whose gate is open.
  std::optional<Plan> plan(const ModelId& model, const std::vector<LentUse>& lent, TimePoint now) const;
  // The same if these models, the most recently used first, were loaded and idle, and nobody waited. Nothing
  // if one of them is unknown.
  std::optional<Plan> plan_beside(const ModelId& model, const std::vector<ModelId>& running) const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace paddock::scheduler
