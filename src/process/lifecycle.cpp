#include "lifecycle.h"

#include <algorithm>
#include <ostream>

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
    begin_stop(out, now, *stop_asked_);
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
  return out;
}

Actions Lifecycle::refused(TimePoint now) {
  if (state_ != State::kStarting) return {};
  Actions out{{Act::kStopProbing}, {Act::kReportRefused}};
  begin_stop(out, now, options_.abort_grace);
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
    begin_stop(out, now, options_.abort_grace);
  } else if (state_ == State::kStopping) {
    kill(out);
  }
  return out;
}

Actions Lifecycle::stop(TimePoint now, Duration grace) {
  Actions out;
  switch (state_) {
    case State::kStarting:
      out.push_back({Act::kStopProbing});
      begin_stop(out, now, grace);
      break;
    case State::kReady:
      begin_stop(out, now, grace);
      break;
    case State::kStopping:
      if (grace <= Duration::zero()) {
        kill(out);
      } else if (const TimePoint at = after(now, grace); at < timer_at_) {
        arm(out, at);
      }
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

Actions Lifecycle::gone() {
  if (state_ == State::kOrdered) return spawn_failed();
  Actions out;
  if (state_ == State::kNew || state_ == State::kCollecting || state_ == State::kGone) return out;
  ended_early_ = state_ == State::kStarting;
  if (ended_early_) out.push_back({Act::kStopProbing});
  disarm(out);
  out.push_back({Act::kCollectOutput});
  state_ = State::kCollecting;
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

void Lifecycle::begin_stop(Actions& out, TimePoint now, Duration grace) {
  if (grace <= Duration::zero()) return kill(out);
  state_ = State::kStopping;
  out.push_back({Act::kSignalTerm});
  arm(out, after(now, grace));
}

void Lifecycle::kill(Actions& out) {
  state_ = State::kKilling;
  disarm(out);
  out.push_back({Act::kSignalKill});
}

std::ostream& operator<<(std::ostream& out, State state) {
  static constexpr const char* kNames[] = {"New",      "Ordered", "Starting",   "Ready",
                                           "Stopping", "Killing", "Collecting", "Gone"};
  return out << kNames[static_cast<int>(state)];
}

std::ostream& operator<<(std::ostream& out, const Action& action) {
  static constexpr const char* kNames[] = {
      "ReportSpawned", "ReportReady",   "ReportNotSpawned", "ReportEndedEarly",
      "ReportRefused", "ReportTimeout", "ReportStalled",    "ReportTimeoutMax",
      "ReportExited",  "StartProbing",  "StopProbing",      "ArmTimer",
      "DisarmTimer",   "SignalTerm",    "SignalKill",       "CollectOutput"};
  out << kNames[static_cast<int>(action.act)];
  if (action.act == Act::kArmTimer) {
    out << "@" << std::chrono::duration_cast<std::chrono::milliseconds>(action.at.time_since_epoch()).count()
        << "ms";
  }
  return out;
}

}  // namespace paddock::process
