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
//                                     by itself, the next request does
//   a message of an older launch      ignored, by its generation
//   unload or restart while ready     `draining`: no new grants, running requests finish, then StopProcess
//
// The queue is one list in the order of arrival. A waiter claims its model's place: what it must evict takes
// no new requests, and later requests for other models that do not fit beside it stand behind it. So the
// models take turns in the order in which they were first asked for, a model that got loaded serves all that
// wait for it at once, and nobody starves. Running requests are never cut for a swap. Where the policy leaves
// a choice of whom to evict, only uses before the claim count: those after it do not change who must go.
//
// With gates, a ready model whose requests would all be granted on arrival is lent out: OpenGate lets
// requests in without an event each. Whatever needs the model (a waiter of another one, an unload, its idle
// time) makes the scheduler withdraw it first: CloseGate, and GateClosed once nobody is inside. A gate that
// is not closed counts as one running request, so no rule below needs to know of it.
//
// Every ticket ends once: by Reject, or by RequestFinished after its Grant. Every operation ends once, by
// OperationDone. Single owner, no thread of its own.
#pragma once

#include <memory>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/scheduler/effects.h"
#include "paddock/scheduler/events.h"
#include "paddock/scheduler/policy.h"

namespace paddock::scheduler {

struct ModelOptions {
  ModelId id;
  Duration ttl{0};  // idle time before it is stopped; 0: never
  Duration unload_grace = std::chrono::seconds(10);
};

struct Options {
  std::vector<ModelOptions> models;
  bool gates = false;  // whether whoever performs the effects can lend models out
};

enum class State { kStopped, kStarting, kReady, kStopping };
const char* state_name(State state);

struct ModelView {
  ModelId id;
  State state = State::kStopped;
  Generation generation;  // none while stopped
  bool draining = false;  // takes no new requests and goes when the running ones have finished
  int in_flight = 0;      // granted on this launch and not finished
  int waiting = 0;        // requests in the queue
};

struct View {
  bool shutting_down = false;
  std::vector<ModelView> models;  // in the order of Options
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

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace paddock::scheduler
