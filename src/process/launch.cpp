#include "launch.h"

#include <signal.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "classify.h"
#include "failure.h"

namespace paddock::process {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

// The pump answers within microseconds; a launch's end must not hang on it if it is ever stuck.
constexpr auto kCollectAtMost = 100ms;

}  // namespace

Launch::Launch(Shared& shared, SpawnSpec spec, Generation generation)
    : shared_(shared),
      spec_(std::move(spec)),
      generation_(generation),
      lifecycle_({spec_.start_timeout, spec_.abort_grace}),
      channel_(shared.hub.model(spec_.model)),
      exit_watch_(shared.io),
      timer_(shared.io) {}

void Launch::start() {
  output_begin_ = channel_->end_offset();
  Result<Child, SpawnError> child = Child::start(spec_.argv, spec_.env);
  if (!child) {
    spawn_error_ = child.error();
    return perform(lifecycle_.spawn_failed());
  }
  UniqueFd watch = child->watch();
  if (!watch) {
    spawn_error_ = {FailureClass::kUnknown, "no descriptor is left to watch it."};
    return perform(lifecycle_.spawn_failed());
  }
  child_.emplace(std::move(*child));
  exit_watch_.assign(watch.release());
  shared_.pump.add(generation_.value, child_->take_output(), logs::LaunchLog(shared_.hub, spec_.model));
  perform(lifecycle_.spawned(steady_now()));
  watch_exit();
}

void Launch::stop(Duration grace) { perform(lifecycle_.stop(steady_now(), grace)); }

void Launch::kill_now() {
  if (child_) child_->signal_group(SIGKILL);
}

void Launch::perform(const Actions& actions) {
  for (const Action& action : actions) perform(action);
}

void Launch::perform(const Action& action) {
  switch (action.act) {
    case Act::kReportSpawned:
      return report_spawned();
    case Act::kReportReady:
      return shared_.report([&shared = shared_, model = spec_.model, generation = generation_,
                             ready = ready_] { shared.listener.ready(model, generation, ready); });
    case Act::kReportNotSpawned:
      return report_failed(not_spawned(spec_.model, spawn_error_));
    case Act::kReportEndedEarly:
      return report_failed(ended_early(spec_.model, exit_, output_tail()));
    case Act::kReportTimeout:
      return report_failed(timed_out(spec_, output_tail()));
    case Act::kReportExited:
      return report_exited();
    case Act::kStartProbing:
      return start_probing();
    case Act::kStopProbing:
      return prober_.reset();
    case Act::kArmTimer:
      return arm_timer(action.at);
    case Act::kDisarmTimer:
      timer_.cancel();
      return;
    case Act::kSignalTerm:
      return child_->signal_group(SIGTERM);
    case Act::kSignalKill:
      return child_->signal_group(SIGKILL);
    case Act::kCollectOutput:
      return collect_output();
  }
}

void Launch::watch_exit() {
  exit_watch_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [weak = weak_from_this()](error_code failed) {
                           const std::shared_ptr<Launch> self = weak.lock();
                           if (self && !failed) self->leader_may_have_ended();
                         });
}

void Launch::leader_may_have_ended() {
  const std::optional<ExitStatus> exit = child_->reap();
  if (!exit) return watch_exit();
  exit_ = *exit;
  exit_watch_.close();
  perform(lifecycle_.leader_ended());
}

void Launch::start_probing() {
  const auto done = [this](const Ready& ready) {
    // kStopProbing destroys the Prober, which must not be on the stack below us then.
    ready_ = ready;
    asio::post(shared_.io, [weak = weak_from_this()] {
      if (const std::shared_ptr<Launch> self = weak.lock()) self->perform(self->lifecycle_.probe_ok());
    });
  };
  prober_.emplace(shared_.io, shared_.resolver, spec_, steady_now(), done);
}

void Launch::arm_timer(TimePoint at) {
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const std::shared_ptr<Launch> self = weak.lock();
    if (self && !error) self->perform(self->lifecycle_.timer(steady_now()));
  });
}

void Launch::collect_output() {
  // The lifecycle's timer is idle by now.
  timer_.expires_after(kCollectAtMost);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const std::shared_ptr<Launch> self = weak.lock();
    if (self && !error) self->output_collected();
  });
  shared_.pump.collect(generation_.value, [&io = shared_.io, weak = weak_from_this()] {
    asio::post(io, [weak] {
      if (const std::shared_ptr<Launch> self = weak.lock()) self->output_collected();
    });
  });
}

void Launch::output_collected() {
  timer_.cancel();
  perform(lifecycle_.output_collected());
}

void Launch::report_spawned() {
  const auto pidfd = std::make_shared<UniqueFd>(child_->watch());
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, pid = child_->pid(),
                  pidfd] { shared.listener.spawned(model, generation, pid, std::move(*pidfd)); });
}

void Launch::report_failed(StartFailure failure) {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_,
                  failure = std::move(failure)] { shared.listener.failed(model, generation, failure); });
}

void Launch::report_exited() {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_,
                  end = ending(spec_.model, exit_, output_tail())] {
    shared.forget(generation);
    shared.listener.exited(model, generation, end);
  });
}

std::string Launch::output_tail() const {
  const std::uint64_t end = channel_->end_offset();
  const std::uint64_t tail = end > kTailBytes ? end - kTailBytes : 0;
  return channel_->read_from(std::max(tail, output_begin_), kTailBytes).bytes;
}

}  // namespace paddock::process
