// Effects: the orders that the scheduler gives, to be carried out in the order of the list.
//
// Plain values, compared and printed by tests. Effects are one-way: nothing is returned, what comes of an
// order is a later event.
// To add one: a struct here, a line in Effect, a printer in print.cpp; the visit in router/effect_runner.cpp
// does not compile until it is carried out.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/scheduler/events.h"

namespace paddock::scheduler {

enum class RejectReason {
  kUnknownModel,
  kStartFailed,  // the launch it waited for came to nothing
  kUnloaded,     // an unload or a cancelled load took the model away
  kCancelled,    // its own RequestCancelled
  kShuttingDown,
  kQueueFull,  // as many wait for the model as may
  kPinned,     // there is no place for it beside the pinned models
  kFrozen,     // it is not loaded, and nothing is loaded now
  kNotLoaded,  // it is not ready, and the request was to load nothing
  kCrashLoop,  // it ended badly and is not started again yet
};

// Why and for how long a model is not started by requests.
struct Held {
  int failures = 0;  // bad ends in a row
  Duration left{0};
  friend bool operator==(const Held&, const Held&) = default;
};

// The ticket has a place: the model is ready and will not be evicted before RequestFinished.
struct Grant {
  TicketId ticket;
  ModelId model;
  Generation generation;
  friend bool operator==(const Grant&, const Grant&) = default;
};

// The ticket's end.
struct Reject {
  TicketId ticket;
  ModelId model;
  RejectReason reason = RejectReason::kStartFailed;
  Generation generation;        // kStartFailed, kCrashLoop: of the launch that failed
  std::vector<ModelId> pins{};  // kPinned: those that stand in the way
  Held held{};                  // kCrashLoop
  friend bool operator==(const Reject&, const Reject&) = default;
};

// Answered by ProcessReady or ProcessFailed, unless stopped, and in the end by ProcessExited.
struct StartProcess {
  ModelId model;
  Generation generation;
  std::string reason;  // a short phrase: `request`, `load`, `restart`
  friend bool operator==(const StartProcess&, const StartProcess&) = default;
};

// May come again for the same launch with a shorter grace.
struct StopProcess {
  ModelId model;
  Generation generation;
  Duration grace{0};
  std::string reason;  // a short phrase: `swap to b`, `idle`, `unload`, ...
  friend bool operator==(const StopProcess&, const StopProcess&) = default;
};

// The running requests of this launch are about to be cut; comes right before the StopProcess.
struct Revoke {
  ModelId model;
  Generation generation;
  friend bool operator==(const Revoke&, const Revoke&) = default;
};

// From now on requests for this launch may be served without asking, until CloseGate.
struct OpenGate {
  ModelId model;
  Generation generation;
  friend bool operator==(const OpenGate&, const OpenGate&) = default;
};

// The permission is withdrawn. GateClosed answers when nobody uses it any more; GateInUse comes before it,
// soon, if somebody still does.
struct CloseGate {
  ModelId model;
  Generation generation;
  friend bool operator==(const CloseGate&, const CloseGate&) = default;
};

// The model is likely to be loaded next: somebody waits for it, nobody goes before them, and nothing is being
// loaded, but something must go first. What its start will read can be read meanwhile. Advice: nothing hangs
// on it. Once for each claim; EndPrefetch follows.
struct Prefetch {
  ModelId model;
  friend bool operator==(const Prefetch&, const Prefetch&) = default;
};

// The model starts, or nobody waits for it any more.
struct EndPrefetch {
  ModelId model;
  friend bool operator==(const EndPrefetch&, const EndPrefetch&) = default;
};

struct ArmTimer {
  TimerId timer;
  TimePoint at;
  friend bool operator==(const ArmTimer&, const ArmTimer&) = default;
};

struct CancelTimer {
  TimerId timer;
  friend bool operator==(const CancelTimer&, const CancelTimer&) = default;
};

// The end of an operation; once for each. No error: as asked.
struct OperationDone {
  OpId op;
  std::optional<RejectReason> error;
  Generation generation;        // of the launch that failed
  std::vector<ModelId> pins{};  // kPinned: those that stand in the way
  friend bool operator==(const OperationDone&, const OperationDone&) = default;
};

// What was decided and why, for the log.
struct Note {
  std::string text;
  friend bool operator==(const Note&, const Note&) = default;
};

using Effect = std::variant<Grant, Reject, StartProcess, StopProcess, Revoke, OpenGate, CloseGate, Prefetch,
                            EndPrefetch, ArmTimer, CancelTimer, OperationDone, Note>;

const char* reason_name(RejectReason reason);

// `StopProcess(b, gen 3, 10s, swap to a)`.
std::ostream& operator<<(std::ostream& out, const Effect& effect);

}  // namespace paddock::scheduler
