// Lifecycle: the life of one launch as a pure state machine. Events go in with the time at which they
// happened, actions come out and are performed in their order; no I/O, no clock, no knowledge of the model.
//
//               spawned             probe_ok
//   [ new ] ------------> Starting ----------> Ready
//      |                   |    |                |
//      | spawn_failed      |    | stop           | stop
//      |          deadline |    v                v
//      |  (report failed)  +-> Stopping <--------+
//      |                          | grace over (KILL)
//      |                          v
//      |                       Killing
//      |
//      |      leader_ended, from Starting, Ready, Stopping or Killing
//      |                          v
//      |                      Collecting   the leader is reaped, its group killed; its last output is
//      v                          |        on its way into the log
//     Gone <----------------------+ output_collected
//
// Transitions that are interrupted:
//
//   What happens                          | in          | What follows
//   --------------------------------------+-------------+------------------------------------------------
//   leader ends before a probe succeeded  | Starting    | probing stops, output is collected, then `failed`
//                                         |             | (it ended early) and `exited`
//   start deadline passes                 | Starting    | `failed` (timeout) at once, TERM, grace runs; with
//   a
//                                         |             | start_timeout_max not before that if it made
//                                         |             | progress within the last window: one window more
//   stop during the start                 | Starting    | probing stops, TERM, grace runs; never `failed`
//   stop with no grace at all             | Starting,   | KILL at once, no TERM
//                                         | Ready       |
//   leader ends while it is stopped       | Stopping    | only `exited`
//   stop again                            | Stopping    | the grace can only become shorter; none left: KILL
//   stop again                            | Killing     | nothing: it cannot be killed harder
//   start deadline while stopping         | Stopping    | cannot be: there is one timer, and it now is the
//                                         |             | grace's; one that fires early is ignored
//   probe succeeds while it is stopped    | Stopping,   | ignored, never `ready`
//     or after its end                    | Collecting  |
//   stop after the end                    | Collecting, | ignored; a start that ended early still is
//                                         | Gone        | reported as failed
//   leader ends of itself                 | Ready       | only `exited`
//   stop before the caller saw `spawned`  | Starting    | as any stop; reports keep their order
//
// Plain value; one thread.
#pragma once

#include <iosfwd>
#include <optional>
#include <vector>

#include "paddock/base/clock.h"

namespace paddock::process {

enum class State { kNew, kStarting, kReady, kStopping, kKilling, kCollecting, kGone };

enum class Act {
  kReportSpawned,
  kReportReady,
  kReportNotSpawned,  // failed: could not be spawned
  kReportEndedEarly,  // failed: ended before it was ready
  kReportTimeout,     // failed: not ready within start_timeout
  kReportStalled,     // failed: later than that, without progress in the last window
  kReportTimeoutMax,  // failed: not ready within start_timeout_max
  kReportExited,      // always the last
  kStartProbing,
  kStopProbing,
  kArmTimer,  // one timer for each launch; arming replaces
  kDisarmTimer,
  kSignalTerm,  // to the process group
  kSignalKill,
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
    Duration abort_grace{};        // between TERM and KILL after a timeout
  };

  explicit Lifecycle(const Options& options) : options_(options) {}

  Actions spawned(TimePoint now);
  Actions spawn_failed();
  Actions probe_ok();
  // `progress` counts during the start only.
  Actions timer(TimePoint now, Progress progress = Progress::kNone);
  Actions stop(TimePoint now, Duration grace);
  // The leader has ended, its group was killed and it was reaped: no signal may be sent any more.
  Actions leader_ended();
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
};

// For failing tests.
std::ostream& operator<<(std::ostream& out, State state);
std::ostream& operator<<(std::ostream& out, const Action& action);

}  // namespace paddock::process
