// Events: the facts that the scheduler is told, in the order in which they happened.
//
// Plain values, compared and printed by tests. An event says what happened and never what should follow; the
// orders that follow are effects (effects.h).
// To add one: a struct here, a line in Event, a printer in print.cpp, a handler in core.h; the visit there
// does not compile until it exists.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/scheduler/options.h"

namespace paddock::scheduler {

class EvictionPolicy;

// A deadline that the scheduler asked for with ArmTimer. Each arming has a number of its own.
using TimerId = NumberId<struct TimerTag>;

enum class Use {
  kWork,    // the model is used: its idle time starts anew at the end
  kLook,    // somebody looks at its server: nothing is cut for it, but it keeps no model loaded
  kGlance,  // a look that is not worth a load: rejected unless the model is ready
};

// Somebody wants a place on a model. Ends with Reject, or with Grant and later RequestFinished.
struct RequestArrived {
  TicketId ticket;
  ModelId model;
  Use use = Use::kWork;
  friend bool operator==(const RequestArrived&, const RequestArrived&) = default;
};

// The client of a waiting ticket left. Ignored for one that was granted: its lease reports the end.
struct RequestCancelled {
  TicketId ticket;
  friend bool operator==(const RequestCancelled&, const RequestCancelled&) = default;
};

// The lease of a granted ticket died.
struct RequestFinished {
  TicketId ticket;
  friend bool operator==(const RequestFinished&, const RequestFinished&) = default;
};

struct ProcessReady {
  ModelId model;
  Generation generation;
  friend bool operator==(const ProcessReady&, const ProcessReady&) = default;
};

// For how long requests do not start a model again that has just ended badly: `first`, and twice as long
// after each further such end in a row, but `most` at most. Zero: they may at once.
struct Backoff {
  Duration first{0};
  Duration most{0};
  friend bool operator==(const Backoff&, const Backoff&) = default;
};

// A start came to nothing. ProcessExited follows; until then the launch counts as alive.
struct ProcessFailed {
  ModelId model;
  Generation generation;
  std::string why;  // for people
  Backoff backoff{};
  // The cause has been dealt with: who waits waits for one more launch, in its place, and it is no bad end.
  bool again = false;
  friend bool operator==(const ProcessFailed&, const ProcessFailed&) = default;
};

// The launch serves no more, and nobody ordered it; what it held is still on its way. Counts as stopping
// until its ProcessExited.
struct ProcessEnded {
  ModelId model;
  Generation generation;
  Backoff backoff{};  // as with ProcessExited
  friend bool operator==(const ProcessEnded&, const ProcessEnded&) = default;
};

// The launch is gone with all that it held. Comes once for each StartProcess.
struct ProcessExited {
  ModelId model;
  Generation generation;
  std::string status;  // for people: "exit code 3"
  // If nobody ordered it and no ProcessFailed came before. Zero for a launch that has served: that is no
  // crash loop.
  Backoff backoff{};
  friend bool operator==(const ProcessExited&, const ProcessExited&) = default;
};

// A launch that is ready can serve no more, though its process lives: it stands still, or its device has
// failed. It is cut, stopped and loaded again in its place, unless it was to go anyway or the brake holds it;
// else nothing happens. Done like a restart.
struct ProcessBroken {
  OpId op;
  ModelId model;
  Generation generation;
  std::string why;    // a short phrase, for the StopProcess
  Backoff backoff{};  // as with ProcessExited
  friend bool operator==(const ProcessBroken&, const ProcessBroken&) = default;
};

struct TimerFired {
  TimerId timer;
  friend bool operator==(const TimerFired&, const TimerFired&) = default;
};

// The first answer to CloseGate if leases are inside; GateClosed follows when the last of them has ended.
struct GateInUse {
  ModelId model;
  Generation generation;
  friend bool operator==(const GateInUse&, const GateInUse&) = default;
};

// The answer to CloseGate: the last lease that was taken through the gate has ended.
struct GateClosed {
  ModelId model;
  Generation generation;
  TimePoint idle_since;  // when that was; some time before the gate was opened if none was taken
  friend bool operator==(const GateClosed&, const GateClosed&) = default;
};

// Like a request that ends the moment it is granted.
struct LoadRequested {
  OpId op;
  ModelId model;
  friend bool operator==(const LoadRequested&, const LoadRequested&) = default;
};

// Ends a load in progress. Done when its process, if there is one, has exited.
struct LoadCancelled {
  OpId op;
  ModelId model;
  friend bool operator==(const LoadCancelled&, const LoadCancelled&) = default;
};

enum class UnloadMode {
  kDrain,  // running requests finish first
  kNow,    // running requests are cut
};

// No model named: all of them. Done when the processes have exited.
struct UnloadRequested {
  OpId op;
  std::vector<ModelId> models;
  UnloadMode mode = UnloadMode::kDrain;
  friend bool operator==(const UnloadRequested&, const UnloadRequested&) = default;
};

// Drain, stop, start. Done when ready; a stopped model is just loaded. Nobody who waits is rejected, and
// nobody takes the place meanwhile.
struct RestartRequested {
  OpId op;
  ModelId model;
  friend bool operator==(const RestartRequested&, const RestartRequested&) = default;
};

// From here on nothing is loaded or evicted unless a person asks for it: requests for models that are not
// loaded are rejected, idle ones stay. Done at once; asking again changes nothing.
struct FreezeRequested {
  OpId op;
  friend bool operator==(const FreezeRequested&, const FreezeRequested&) = default;
};
struct ThawRequested {
  OpId op;
  friend bool operator==(const ThawRequested&, const ThawRequested&) = default;
};

// Nothing is granted from here on. Done when all processes have exited. May come more than once. With a time,
// every process is killed that is still there then, also those that were told to stop before.
struct ShutdownRequested {
  OpId op;
  std::optional<Duration> kill_after{};
  friend bool operator==(const ShutdownRequested&, const ShutdownRequested&) = default;
};

// The patience of a shutdown is over: what still runs is cut. With a grace, processes get at most that
// between the stop signal and the kill, also those that were told to stop before; without, what each model
// is configured with. Neither lasts beyond the shutdown's own `kill_after`.
struct ShutdownCut {
  std::optional<Duration> grace;
  friend bool operator==(const ShutdownCut&, const ShutdownCut&) = default;
};

// The model's idle time, 0 for never, until its launch has ended: of the one that lives, or else of the next.
struct KeepAliveSet {
  ModelId model;
  Duration ttl;
  friend bool operator==(const KeepAliveSet&, const KeepAliveSet&) = default;
};

// From here on these are the models, and this is the rule of who may run beside whom. `gates` stays what it
// was.
struct ModelsChanged {
  Options options;
  std::shared_ptr<const EvictionPolicy> policy;
  friend bool operator==(const ModelsChanged&, const ModelsChanged&) = default;
};

using Event = std::variant<RequestArrived, RequestCancelled, RequestFinished, ProcessReady, ProcessFailed,
                           ProcessEnded, ProcessExited, ProcessBroken, TimerFired, GateInUse, GateClosed,
                           LoadRequested, LoadCancelled, UnloadRequested, RestartRequested, FreezeRequested,
                           ThawRequested, ShutdownRequested, ShutdownCut, ModelsChanged, KeepAliveSet>;

// `RequestArrived(1, a)`.
std::ostream& operator<<(std::ostream& out, const Event& event);

}  // namespace paddock::scheduler
