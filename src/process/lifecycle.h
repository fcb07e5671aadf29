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
//      |          deadline +-> Asking <----------+    only with a stop command, which runs; then
//      |   (report failed)     |      | it failed, or its time is over (TERM)
//      |                       |      v
//      |                       |   Stopping
//      |                       |      | grace over (KILL)
//      |                       |      v
//      |                       |   Killing
//      |                       |
//      |      gone, from Starting, Ready, Asking, Stopping or Killing
//      |                          v
//      |                       Tidying      the stop command is not over yet; only then
//      |                          v
//      |                      Collecting    nothing of the launch is left; its last output is
//      v                          |         on its way into the log
//     Gone <----------------------+ output_collected
//
// (*) Also from New, where nothing was ordered.
// A stranger who answers in the launch's place (`refused`) ends the start like the deadline does.
//
// A detached launch is not over when its leader ends: `gone` comes only after a TERM or a KILL. Its stop
// command is what ends it; what is left here then gets signals. Once it is ready it is
// watched: `lost` says that it is not there any more, and `leader_failed` that its start came to nothing.
// Then there is nobody to send signals to: the stop command tidies up, and whatever comes of it a KILL
// follows.
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
//   stop again                            | Asking,     | command and grace can only become shorter; none
//                                         | Tidying     | left: the command is ended, KILL
//   its stop command fails                | Asking      | TERM, the grace for signals runs; KILL if detached
//                                         |             | and lost
//   its stop command succeeds             | Asking      | the end is awaited as long as the command might
//                                         |             | have taken; detached: TERM, for what is left here
//                                         is |             | not what was asked or is about to go
//   its stop command takes too long       | Asking      | it is ended; then as if it had failed
//   it ends before its stop command       | Asking      | Tidying: the command may still remove what the
//                                         |             | launch left, in the time that it has
//   its stop command takes too long       | Tidying     | it is ended; when nothing of it is left, collecting
//   lost                                  | Ready       | watching stops, the stop command runs, KILL
//   leader failed                         | Starting    | `failed` (it ended early), the stop command runs,
//                                         |             | KILL
//   lost, leader failed                   | any other   | ignored
//   the keeper of a detached one is lost  | Starting,   | the stop command runs: the service may live
//                                         | Ready       |
//   start deadline while stopping         | Stopping    | cannot be: there is one timer, and it now is the
//                                         |             | grace's; one that fires early is ignored
//   probe succeeds or is refused while it | Stopping,   | ignored, never `ready`
//     is stopped or after its end         | Collecting  |
//   stop after the end                    | Collecting, | ignored; a start that ended early still is
//                                         | Gone        | reported as failed
//   it ends of itself                     | Ready       | only `exited`
//   stop before the caller saw `spawned`  | Starting    | as any stop; reports keep their order
//   stop before it was spawned            | Ordered     | is kept, and follows right after `spawned`; if that
//                                         |             | does not come within the grace (1 s at least), only
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

enum class State {
  kNew,
  kOrdered,
  kStarting,
  kReady,
  kAsking,
  kStopping,
  kKilling,
  kTidying,
  kCollecting,
  kGone
};

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
  kStartWatching,  // of a detached launch
  kStopWatching,
  kRunStopCommand,
  kEndStopCommand,  // with all that it started
  kNoteStopFailed,  // the stop command did not do: it failed, took too long, or the model does not heed it
  kArmTimer,        // one timer for each launch; arming replaces
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
    Duration stop_timeout{};       // of the stop command and the end that it causes; 0: there is no command
    Duration stop_grace{};         // between TERM and KILL after a stop command that did not do
    bool detached = false;         // only with a stop command
  };

  explicit Lifecycle(const Options& options) : options_(options) {}

  Actions ordered(TimePoint now);
  Actions spawned(TimePoint now);
  Actions spawn_failed();
  Actions probe_ok();
  Actions refused(TimePoint now);
  // `progress` counts during the start only.
  Actions timer(TimePoint now, Progress progress = Progress::kNone);
  // `grace` is all the time until the KILL. Of that a stop command may take what is left besides stop_grace,
  // but at least half: who hurries takes from both.
  Actions stop(TimePoint now, Duration grace);
  // Nothing is left of the stop command. `succeeded`: it ended with 0.
  Actions command_ended(TimePoint now, bool succeeded);
  // Of a detached launch: the leader ended with an error; nobody answers any more.
  Actions leader_failed(TimePoint now);
  Actions lost(TimePoint now);
  // The leader has ended, and nothing that it started is left.
  Actions gone(TimePoint now);
  Actions output_collected();

  State state() const { return state_; }

 private:
  struct Graces {
    Duration whole, signals;
  };
  void arm(Actions& out, TimePoint at);
  void disarm(Actions& out);
  std::optional<TimePoint> more_time(TimePoint now, Progress progress) const;
  Act limit_passed(TimePoint now) const;
  void leave(Actions& out);
  void begin_stop(Actions& out, TimePoint now, Graces graces);
  void abort(Actions& out, TimePoint now);
  void run_command(Actions& out, TimePoint now, Graces graces);
  void end_command(Actions& out);
  void give_command_up(Actions& out, TimePoint now);
  void send_signals(Actions& out, TimePoint now);
  void collect(Actions& out);
  void stop_again(Actions& out, TimePoint now, Duration grace);
  Duration command_share(Graces graces) const;
  void kill(Actions& out);

  Options options_;
  State state_ = State::kNew;
  TimePoint limit_at_{};  // after start_timeout, while starting
  TimePoint most_at_{};   // after start_timeout_max
  TimePoint timer_at_{};
  bool armed_ = false;
  bool ended_early_ = false;
  bool command_runs_ = false;           // until nothing is left of it
  bool is_over_ = false;                // lost, or its leader failed: only to be tidied up after
  Duration signals_{};                  // after the stop command
  TimePoint kill_at_{};                 // with a stop command: the latest time for the KILL
  std::optional<Duration> stop_asked_;  // the grace of a stop that came before the spawn
};

// For failing tests.
std::ostream& operator<<(std::ostream& out, State state);
std::ostream& operator<<(std::ostream& out, const Action& action);

}  // namespace paddock::process
