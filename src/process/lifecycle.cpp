#include "lifecycle.h"

#include <algorithm>
#include <ostream>
#include <utility>

namespace paddock::process {

namespace {

// What a spawn may take of its own, however impatient a stop is: to be told that it is gone when it is gone.
constexpr Duration kSpawnWithin = std::chrono::seconds(1);

// Sums with "for ever" must not wrap.
TimePoint after(TimePoint now, Duration wait) {
  constexpr Duration kForever = std::chrono::hours(24 * 365);
  return now + std::clamp(wait, Duration::zero(), kForever);
}

}  // namespace

Actions Lifecycle::ordered(TimePoint now) {
  if (state_ != State::kNew) return {};
  state_ = State::kOrdered;
  Actions out;
  arm(out, after(now, options_.start_timeout));
  return out;
}

Actions Lifecycle::spawned(TimePoint now) {
  if (state_ != State::kOrdered) return {};
  state_ = State::kStarting;
  Actions out{{Act::kReportSpawned}};
  if (stop_asked_) {
    begin_stop(out, now, {*stop_asked_, options_.stop_grace});
    return out;
  }
  limit_at_ = after(now, options_.start_timeout);
  most_at_ = std::max(limit_at_, after(now, options_.start_timeout_max));
  // Whoever may get more time is looked at one window before, so that the limit finds something to compare.
  const bool looks = most_at_ > limit_at_ && options_.progress_window < options_.start_timeout;
  arm(out, looks ? limit_at_ - options_.progress_window : limit_at_);
  out.push_back({Act::kStartProbing});
  return out;
}

Actions Lifecycle::spawn_failed() {
  if (state_ != State::kNew && state_ != State::kOrdered) return {};
  state_ = State::kGone;
  Actions out;
  disarm(out);
  if (!stop_asked_) out.push_back({Act::kReportNotSpawned});
  out.push_back({Act::kReportExited});
  return out;
}

Actions Lifecycle::probe_ok() {
  if (state_ != State::kStarting) return {};
  state_ = State::kReady;
  Actions out{{Act::kStopProbing}};
  disarm(out);
  out.push_back({Act::kReportReady});
  if (options_.detached) out.push_back({Act::kStartWatching});
  return out;
}

Actions Lifecycle::refused(TimePoint now) {
  if (state_ != State::kStarting) return {};
  Actions out{{Act::kStopProbing}, {Act::kReportRefused}};
  abort(out, now);
  return out;
}

Actions Lifecycle::timer(TimePoint now, Progress progress) {
  // A timer that was re-armed may already have been on its way.
  if (!armed_ || now < timer_at_) return {};
  armed_ = false;
  Actions out;
  if (state_ == State::kOrdered) return spawn_failed();
  if (state_ == State::kStarting) {
    if (const auto until = more_time(now, progress)) {
      arm(out, *until);
      return out;
    }
    out = {{Act::kStopProbing}, {limit_passed(now)}};
    abort(out, now);
  } else if (state_ == State::kAsking) {
    give_command_up(out, now);
  } else if (state_ == State::kTidying) {
    end_command(out);
    out.push_back({Act::kNoteStopFailed});
  } else if (state_ == State::kStopping) {
    kill(out);
  }
  return out;
}

Actions Lifecycle::stop(TimePoint now, Duration grace) {
  Actions out;
  switch (state_) {
    case State::kStarting:
    case State::kReady:
      leave(out);
      begin_stop(out, now, {grace, options_.stop_grace});
      break;
    case State::kAsking:
    case State::kStopping:
    case State::kTidying:
      stop_again(out, now, grace);
      break;
    case State::kNew:
      state_ = State::kGone;
      out.push_back({Act::kReportExited});
      break;
    case State::kOrdered:
      stop_asked_ = std::min(grace, stop_asked_.value_or(grace));
      if (const TimePoint at = after(now, std::max(grace, kSpawnWithin)); at < timer_at_) arm(out, at);
      break;
    case State::kKilling:
    case State::kCollecting:
    case State::kGone:
      break;
  }
  return out;
}

Actions Lifecycle::command_ended(TimePoint now, bool succeeded) {
  Actions out;
  if (!std::exchange(command_runs_, false)) return out;
  if (state_ == State::kTidying) {
    if (!succeeded && armed_) out.push_back({Act::kNoteStopFailed});
    disarm(out);
    collect(out);
  } else if (state_ == State::kAsking && !succeeded) {
    give_command_up(out, now);
  } else if (state_ == State::kAsking && options_.detached) {
    send_signals(out, now);
  }
  return out;
}

Actions Lifecycle::leader_failed(TimePoint now) {
  if (state_ != State::kStarting || !options_.detached) return {};
  is_over_ = true;
  Actions out{{Act::kStopProbing}, {Act::kReportEndedEarly}};
  abort(out, now);
  return out;
}

Actions Lifecycle::lost(TimePoint now) {
  if (state_ != State::kReady || !options_.detached) return {};
  is_over_ = true;
  Actions out;
  leave(out);
  begin_stop(out, now, {options_.stop_timeout + options_.stop_grace, options_.stop_grace});
  return out;
}

Actions Lifecycle::gone(TimePoint now) {
  if (state_ == State::kOrdered) return spawn_failed();
  Actions out;
  if (state_ == State::kNew || state_ == State::kTidying || state_ == State::kCollecting ||
      state_ == State::kGone)
    return out;
  const bool unordered = state_ == State::kStarting || state_ == State::kReady;
  ended_early_ = state_ == State::kStarting;
  if (unordered) leave(out);
  if (unordered && options_.detached) run_command(out, now, {options_.stop_timeout, Duration::zero()});
  if (state_ != State::kAsking) disarm(out);
  if (!command_runs_) {
    disarm(out);
    collect(out);
  } else {
    state_ = State::kTidying;
  }
  return out;
}

Actions Lifecycle::output_collected() {
  if (state_ != State::kCollecting) return {};
  state_ = State::kGone;
  if (ended_early_) return {{Act::kReportEndedEarly}, {Act::kReportExited}};
  return {{Act::kReportExited}};
}

std::optional<TimePoint> Lifecycle::more_time(TimePoint now, Progress progress) const {
  if (now < limit_at_) return limit_at_;
  if (now >= most_at_ || progress == Progress::kNone) return std::nullopt;
  return std::min(now + options_.progress_window, most_at_);
}

Act Lifecycle::limit_passed(TimePoint now) const {
  const bool first = timer_at_ <= limit_at_;
  if (first) return Act::kReportTimeout;
  return now >= most_at_ ? Act::kReportTimeoutMax : Act::kReportStalled;
}

void Lifecycle::arm(Actions& out, TimePoint at) {
  armed_ = true;
  timer_at_ = at;
  out.push_back({Act::kArmTimer, at});
}

void Lifecycle::disarm(Actions& out) {
  if (armed_) out.push_back({Act::kDisarmTimer});
  armed_ = false;
}

// From Starting or Ready.
void Lifecycle::leave(Actions& out) {
  if (state_ == State::kStarting) {
    out.push_back({Act::kStopProbing});
  } else if (options_.detached) {
    out.push_back({Act::kStopWatching});
  }
}

void Lifecycle::begin_stop(Actions& out, TimePoint now, Graces graces) {
  if (graces.whole <= Duration::zero()) {
    if (options_.detached) out.push_back({Act::kNoteStopFailed});
    return kill(out);
  }
  if (options_.stop_timeout > Duration::zero()) return run_command(out, now, graces);
  state_ = State::kStopping;
  out.push_back({Act::kSignalTerm});
  arm(out, after(now, graces.whole));
}

// Of a start that came to nothing.
void Lifecycle::abort(Actions& out, TimePoint now) {
  begin_stop(out, now, {options_.stop_timeout + options_.abort_grace, options_.abort_grace});
}

void Lifecycle::run_command(Actions& out, TimePoint now, Graces graces) {
  state_ = State::kAsking;
  command_runs_ = true;
  signals_ = graces.signals;
  kill_at_ = after(now, graces.whole);
  out.push_back({Act::kRunStopCommand});
  arm(out, after(now, command_share(graces)));
}

Duration Lifecycle::command_share(Graces graces) const {
  return std::min(options_.stop_timeout, std::max(graces.whole - graces.signals, graces.whole / 2));
}

void Lifecycle::end_command(Actions& out) {
  if (command_runs_) out.push_back({Act::kEndStopCommand});
}

// On to what needs nobody's help.
void Lifecycle::give_command_up(Actions& out, TimePoint now) {
  out.push_back({Act::kNoteStopFailed});
  end_command(out);
  send_signals(out, now);
}

void Lifecycle::send_signals(Actions& out, TimePoint now) {
  if (is_over_ || now >= kill_at_) return kill(out);
  state_ = State::kStopping;
  out.push_back({Act::kSignalTerm});
  arm(out, std::min(after(now, signals_), kill_at_));
}

void Lifecycle::stop_again(Actions& out, TimePoint now, Duration grace) {
  if (grace <= Duration::zero()) {
    if (command_runs_ && state_ == State::kAsking) out.push_back({Act::kNoteStopFailed});
    end_command(out);
    if (state_ != State::kTidying) return kill(out);
    return disarm(out);
  }
  TimePoint at = after(now, grace);
  kill_at_ = std::min(kill_at_, at);
  if (state_ == State::kAsking) at = after(now, command_share({grace, signals_}));
  if (armed_ && at < timer_at_) arm(out, at);
}

void Lifecycle::collect(Actions& out) {
  state_ = State::kCollecting;
  out.push_back({Act::kCollectOutput});
}

void Lifecycle::kill(Actions& out) {
  state_ = State::kKilling;
  disarm(out);
  out.push_back({Act::kSignalKill});
}

std::ostream& operator<<(std::ostream& out, State state) {
  static constexpr const char* kNames[] = {"New",      "Ordered", "Starting", "Ready",      "Asking",
                                           "Stopping", "Killing", "Tidying",  "Collecting", "Gone"};
  return out << kNames[static_cast<int>(state)];
}

std::ostream& operator<<(std::ostream& out, const Action& action) {
  static constexpr const char* kNames[] = {
      "ReportSpawned",  "ReportReady",   "ReportNotSpawned", "ReportEndedEarly", "ReportRefused",
      "ReportTimeout",  "ReportStalled", "ReportTimeoutMax", "ReportExited",     "StartProbing",
      "StopProbing",    "StartWatching", "StopWatching",     "RunStopCommand",   "EndStopCommand",
      "NoteStopFailed", "ArmTimer",      "DisarmTimer",      "SignalTerm",       "SignalKill",
      "CollectOutput"};
  out << kNames[static_cast<int>(action.act)];
  if (action.act == Act::kArmTimer) {
    out << "@" << std::chrono::duration_cast<std::chrono::milliseconds>(action.at.time_since_epoch()).count()
        << "ms";
  }
  return out;
}

}  // namespace paddock::process
