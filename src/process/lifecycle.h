// Lifecycle: the life of one launch as a pure state machine. Events go in with the time at which they
// happened, actions come out and are performed in their order; no I/O, no clock, no knowledge of the model.
//
//     New
//      | ordered
//      v        spawned             probe_ok
//   Ordered ------------> Starting ----------> Ready
//      |                   |    |                |
//      | spawn_failed (*), |    | stop           | stop
//      | deadline          |    v                v
//      |          deadline +-> Stopping <--------+
//      |   (report failed)        | grace over (KILL)
//      |                          v
//      |                       Killing
//      |
//      |      gone, from Starting, Ready, Stopping or Killing
//      |                          v
//      |                      Collecting   nothing of the launch is left; its last output is
//      v                          |        on its way into the log
//     Gone <----------------------+ output_collected
//
// (*) Also from New, where nothing was ordered.
// A stranger who answers in the launch's place (`refused`) ends the start like the deadline does.
//
// Transitions that are interrupted:
//
//   What happens                          | in          | What follows
//   --------------------------------------+-------------+------------------------------------------------
//   it ends before a probe succeeded      | Starting    | probing stops, output is collected, then `failed`
//                                         |             | (it ended early) and `exited`
//   start deadline passes                 | Starting    | `failed` (timeout) at once, TERM, grace runs; with
//                                         |             | a start_timeout_max not before that if it made
//                                         |             | progress within the last window: one window more
//   a stranger answers the probe          | Starting    | `failed` (refused) at once, TERM, grace runs
//   stop before it was ordered            | New         | only `exited`; nothing may be spawned any more
//   stop during the start                 | Starting    | probing stops, TERM, grace runs; never `failed`
//   stop with no grace at all             | Starting,   | KILL at once, no TERM
//                                         | Ready       |
//   it ends while it is stopped           | Stopping    | only `exited`
//   stop again                            | Stopping    | the grace can only become shorter; none left: KILL
//   stop again                            | Killing     | nothing: it cannot be killed harder
//   start deadline while stopping         | Stopping    | cannot be: there is one timer, and it now is the
//                                         |             | grace's; one that fires early is ignored
//   probe succeeds or is refused while it | Stopping,   | ignored, never `ready`
//     is stopped or after its end         | Collecting  |
//   stop after the end                    | Collecting, | ignored; a start that ended early still is
//                                         | Gone        | reported as failed
//   it ends of itself                     | Ready       | only `exited`
//   stop before the caller saw `spawned`  | Starting    | as any stop; reports keep their order
//   stop before it was spawned            | Ordered     | is kept, and follows right after `spawned`; if that
//   does
//                                         |             | not come within the grace (1 s at least), only
//                                         |             | `exited`
//   nobody says that it was spawned       | Ordered     | `failed` (not spawned) at the start deadline
//   its keeper is lost before that        | Ordered     | `failed` (not spawned) at once
//
// Plain value; one thread.
#pragma once

#include <iosfwd>
#include <optional>
#include <vector>

#include "paddock/base/clock.h"

namespace paddock::process {

enum class State { kNew, kOrdered, kStarting, kReady, kStopping, kKilling, kCollecting, kGone };

enum class Act {
  kReportSpawned,
  kReportReady,
  kReportNotSpawned,  // failed: could not be spawned
  kReportEndedEarly,  // failed: ended before it was ready
  kReportRefused,     // failed: a stranger answered
  kReportTimeout,     // failed: not ready within start_timeout
  kReportStalled,     // failed: later than that, without progress in the last window
  kReportTimeoutMax,  // failed: not ready within start_timeout_max
  kReportExited,      // always the last
  kStartProbing,
  kStopProbing,
  kArmTimer,  // one timer for each launch; arming replaces
  kDisarmTimer,
  kSignalTerm,  // to the process group
  kSignalKill,  // to the launch and all that it started
  kCollectOutput,
};

struct Action {
  Act act;
  TimePoint at{};  // kArmTimer only

  friend bool operator==(const Action&, const Action&) = default;
};

using Actions = std::vector<Action>;

// Whether a start got on since the last time the timer was asked for this.
enum class Progress { kNone, kMade };

class Lifecycle {
 public:
  struct Options {
    Duration start_timeout{};
    Duration start_timeout_max{};  // for a start that makes progress; not above start_timeout: no more time
    Duration progress_window{};    // above 0 if there is a start_timeout_max
    Duration abort_grace{};        // between TERM and KILL after a timeout or a refusal
  };

  explicit Lifecycle(const Options& options) : options_(options) {}

  Actions ordered(TimePoint now);
  Actions spawned(TimePoint now);
  Actions spawn_failed();
  Actions probe_ok();
  Actions refused(TimePoint now);
  // `progress` counts during the start only.
  Actions timer(TimePoint now, Progress progress = Progress::kNone);
  Actions stop(TimePoint now, Duration grace);
  // The leader has ended, and nothing that it started is left.
  Actions gone();
  Actions output_collected();

  State state() const { return state_; }

 private:
  void arm(Actions& out, TimePoint at);
  void disarm(Actions& out);
  std::optional<TimePoint> more_time(TimePoint now, Progress progress) const;
  Act limit_passed(TimePoint now) const;
  void begin_stop(Actions& out, TimePoint now, Duration grace);
  void kill(Actions& out);

  Options options_;
  State state_ = State::kNew;
  TimePoint limit_at_{};  // after start_timeout, while starting
  TimePoint most_at_{};   // after start_timeout_max
  TimePoint timer_at_{};
  bool armed_ = false;
  bool ended_early_ = false;
  std::optional<Duration> stop_asked_;  // the grace of a stop that came before the spawn
};

// For failing tests.
std::ostream& operator<<(std::ostream& out, State state);
std::ostream& operator<<(std::ostream& out, const Action& action);

}  // namespace paddock::process
