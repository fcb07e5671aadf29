#include "launch.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "classify.h"
#include "failure.h"
#include "paddock/base/text.h"
#include "port/port_owner.h"

namespace paddock::process {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

// The pump answers within microseconds; a launch's end must not hang on it if it is ever stuck.
constexpr auto kCollectAtMost = 100ms;
// Who listens on the port may be what is left of an earlier launch and about to end.
constexpr auto kPortFreeWithin = 2s;
constexpr auto kLookAtPortAgain = 20ms;
// So much of the output is read for how far the load is; of more, the newest tells.
constexpr std::size_t kScanBytes = 64 << 10;

Lifecycle::Options lifecycle_options(const SpawnSpec& spec) {
  Lifecycle::Options out;
  out.start_timeout = spec.start_timeout;
  out.start_timeout_max = spec.start_timeout_max;
  out.progress_window = progress_window(spec.start_timeout);
  out.abort_grace = spec.abort_grace;
  if (!spec.stop_argv.empty()) out.stop_timeout = spec.stop_timeout;
  out.stop_grace = spec.stop_grace;
  out.detached = spec.detached;
  return out;
}

}  // namespace

Launch::Launch(Shared& shared, SpawnSpec spec, Generation generation)
    : shared_(shared),
      spec_(std::move(spec)),
      generation_(generation),
      lifecycle_(lifecycle_options(spec_)),
      channel_(shared.hub.model(spec_.model)),
      port_deadline_(steady_now() + kPortFreeWithin),
      spawn_error_{FailureClass::kUnknown, "the helper process did not answer in time."},
      engine_(shared.io, shared.helper, hearing()),
      timer_(shared.io) {}

void Launch::start() {
  if (lifecycle_.state() != State::kNew) return;  // stopped while it waited
  output_begin_ = channel_->end_offset();
  if (!is_taken(Proc(), spec_.endpoint)) return spawn();
  if (steady_now() < port_deadline_) return await_port();
  spawn_error_ = port_taken(spec_.endpoint, taker(Proc(), spec_.endpoint));
  perform(lifecycle_.spawn_failed());
}

void Launch::await_port() {
  // The lifecycle's timer is idle before the spawn.
  timer_.expires_after(kLookAtPortAgain);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const std::shared_ptr<Launch> self = weak.lock();
    if (self && !error) self->start();
  });
}

void Launch::spawn() {
  Result<UniqueFd, SpawnError> output =
      engine_.start({spec_.model.str(), spec_.argv, spec_.env, spec_.detached});
  if (!output) {
    spawn_error_ = output.error();
    return perform(lifecycle_.spawn_failed());
  }
  fatal_watch_ = std::make_shared<FatalWatch>([&io = shared_.io, weak = weak_from_this()](std::string line) {
    asio::post(io, [weak, line = std::move(line)] {
      if (const std::shared_ptr<Launch> self = weak.lock()) self->fatal_line_seen(line);
    });
  });
  shared_.pump.add(generation_.value, std::move(*output),
                   logs::LaunchLog(shared_.hub, spec_.model, generation_), fatal_watch_);
  weigh();
  perform(lifecycle_.ordered(steady_now()));
}

void Launch::weigh() {
  if (!shared_.weigh) return;
  shared_.errands.run([weigh = shared_.weigh, argv = spec_.argv, env = spec_.env,
                       weak = weak_from_this()]() -> Errands::Done {
    return [weak, bytes = weigh(argv, env)] {
      if (const std::shared_ptr<Launch> self = weak.lock()) self->weights_bytes_ = bytes;
    };
  });
}

// The engine belongs to the launch, which reports and forgets itself by posted calls only.
Engine::Hearing Launch::hearing() {
  Engine::Hearing out;
  out.not_started = [this](SpawnError error) {
    spawn_error_ = std::move(error);
    perform(lifecycle_.spawn_failed());
  };
  out.started = [this](pid_t pid, UniqueFd pidfd) {
    pid_ = pid;
    keeper_pid_ = Proc().process(pid).value_or(ProcessFacts{}).parent;
    pidfd_ = std::move(pidfd);
    perform(lifecycle_.spawned(steady_now()));
  };
  out.ended = [this](ExitStatus exit) { leader_ended(exit); };
  out.gone = [this] {
    // Of use only if it had not been spawned.
    spawn_error_.what = "its keeper was killed before it was started.";
    perform(lifecycle_.gone(steady_now()));
  };
  return out;
}

void Launch::leader_ended(ExitStatus exit) {
  if (std::exchange(leader_is_over_, true)) return;  // a keeper that is lost says it again
  exit_ = exit;
  if (!spec_.detached || exit.code == 0) return;
  if (lifecycle_.state() == State::kReady) {
    return note("what started model `" + printable(spec_.model.str()) + "` ended with " + describe(exit) +
                "; its health path says whether it lives");
  }
  // Its last words first: they are told with the failure.
  shared_.pump.collect(generation_.value, [&io = shared_.io, weak = weak_from_this()] {
    asio::post(io, [weak] {
      const std::shared_ptr<Launch> self = weak.lock();
      if (self) self->perform(self->lifecycle_.leader_failed(steady_now()));
    });
  });
}

void Launch::stop(Duration grace) { perform(lifecycle_.stop(steady_now(), grace)); }

void Launch::kill_now() {
  engine_.end();
  if (stop_command_) stop_command_->end();
}

void Launch::await_gone(TimePoint deadline) {
  engine_.await_gone(deadline);
  if (stop_command_) stop_command_->await_gone(deadline);
}

void Launch::perform(const Actions& actions) {
  for (const Action& action : actions) perform(action);
}

void Launch::perform(const Action& action) {
  switch (action.act) {
    case Act::kReportSpawned:
      return report_spawned();
    case Act::kReportReady:
      return report_ready();
    case Act::kReportNotSpawned:
      return report_failed(not_spawned(spec_.model, spawn_error_));
    case Act::kReportEndedEarly:
      return report_failed(ended_early(spec_.model, exit_, output_tail()));
    case Act::kReportTimeout:
      return report_timeout(StartLimit::kTimeout);
    case Act::kReportStalled:
      return report_timeout(StartLimit::kStalled);
    case Act::kReportTimeoutMax:
      return report_timeout(StartLimit::kMax);
    case Act::kReportRefused:
      return report_failed(refused(spec_, stranger_));
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
    case Act::kStartWatching:
      return start_watching();
    case Act::kStopWatching:
      return watch_.reset();
    case Act::kRunStopCommand:
      return run_stop_command();
    case Act::kEndStopCommand:
      return stop_command_->end();
    case Act::kNoteStopFailed:
      return note_stop_failed();
    case Act::kSignalTerm:
      return engine_.signal(SIGTERM);
    case Act::kSignalKill:
      return engine_.end();
    case Act::kCollectOutput:
      return collect_output();
  }
}

void Launch::start_probing() {
  const auto done = [this](const Ready& ready) {
    // kStopProbing destroys the Prober, which must not be on the stack below us then.
    ready_ = ready;
    asio::post(shared_.io, [weak = weak_from_this()] {
      if (const std::shared_ptr<Launch> self = weak.lock()) self->answered();
    });
  };
  prober_.emplace(shared_.io, shared_.resolver, spec_, steady_now(), done);
}

void Launch::answered() {
  // Without a check path nobody has answered yet.
  if (lifecycle_.state() != State::kStarting || spec_.check_path.empty())
    return perform(lifecycle_.probe_ok());
  // The number of a leader that was reaped may be another's by now.
  const pid_t leader = leader_is_over_ ? -1 : pid_;
  const Answerer answerer = who_answers(Proc(), ready_, leader, keeper_pid_);
  if (answerer.standing == Standing::kStranger) {
    stranger_ = answerer.who;
    return perform(lifecycle_.refused(steady_now()));
  }
  ready_.outsider = answerer.who;
  perform(lifecycle_.probe_ok());
}

void Launch::start_watching() {
  watch_.emplace(shared_.io, spec_, ready_, [this] {
    // kStopWatching destroys the HealthWatch, which must not be on the stack below us then.
    asio::post(shared_.io, [weak = weak_from_this()] {
      const std::shared_ptr<Launch> self = weak.lock();
      if (!self || self->lifecycle_.state() != State::kReady) return;
      self->lost_ = true;
      self->note("model `" + printable(self->spec_.model.str()) + "` does not answer at " +
                 probed_path(self->spec_) + " any more; its stop command tidies up");
      self->report_ended();
      self->perform(self->lifecycle_.lost(steady_now()));
    });
  });
}

void Launch::run_stop_command() {
  stop_command_.emplace(shared_.io, shared_.helper, shared_.pump, [this](bool succeeded) {
    perform(lifecycle_.command_ended(steady_now(), succeeded));
  });
  stop_command_->run(spec_, pid_, generation_, logs::LaunchLog(shared_.hub, spec_.model, generation_));
}

void Launch::note_stop_failed() {
  std::string text = "the stop command of model `" + printable(spec_.model.str()) + "` " +
                     (stop_command_ ? stop_command_->outcome() : "was not run, as there was no time for it");
  if (lifecycle_.state() == State::kStopping) text += "; SIGTERM follows";
  if (lifecycle_.state() == State::kKilling) text += "; what is left of its processes is killed";
  note(text + (spec_.detached ? "; what it started elsewhere may still run" : ""));
}

void Launch::note(std::string sentence) {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_,
                  sentence = std::move(sentence)] { shared.listener.noted(model, generation, sentence); });
}

void Launch::arm_timer(TimePoint at) {
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const std::shared_ptr<Launch> self = weak.lock();
    if (self && !error) self->perform(self->lifecycle_.timer(steady_now(), self->progress()));
  });
}

// Since the last call. A look costs a read of a file in /proc, so the timer's few moments are the only ones.
Progress Launch::progress() {
  if (lifecycle_.state() != State::kStarting || pid_ < 0) return Progress::kNone;
  const ProgressMark now{channel_->end_offset(), bytes_moved(pid_)};
  const ProgressMark last = std::exchange(progress_mark_, now);
  const std::uint64_t output = std::max(last.output, output_begin_);
  const std::string said = channel_->read_from(output, kProgressBytes).bytes;
  const bool made = moved_enough(last.bytes, now.bytes) || says_more_than_answers(said, probed_path(spec_));
  return made ? Progress::kMade : Progress::kNone;
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
  const auto pidfd = std::make_shared<UniqueFd>(spec_.detached ? UniqueFd() : std::move(pidfd_));
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, pid = pid_, pidfd] {
    shared.listener.spawned(model, generation, pid, std::move(*pidfd));
  });
}

void Launch::report_ready() {
  fatal_watch_->arm();
  shared_.hub.book().ready(spec_.model, generation_, std::chrono::system_clock::now());
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, ready = ready_] {
    shared.listener.ready(model, generation, ready);
  });
}

// One that ends by itself at this moment is a crash like others.
void Launch::fatal_line_seen(const std::string& line) {
  if (lifecycle_.state() != State::kReady) return;
  const std::string shown = telling_line(line);
  const Breakage breakage{
      FailureClass::kDriver,
      "model `" + printable(spec_.model.str()) + "` said what engines do not recover from: " + shown, shown};
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, breakage] {
    shared.listener.broken(model, generation, breakage);
  });
}

Duration Launch::cpu_time() const {
  if (keeper_pid_ <= 0) return Duration::zero();
  const Proc proc;
  std::uint64_t ticks = 0;
  for (const pid_t pid : proc.family(keeper_pid_)) ticks += proc.cpu_ticks(pid);
  return std::chrono::nanoseconds(1s) / ::sysconf(_SC_CLK_TCK) * ticks;
}

std::optional<LoadProgress> Launch::loading() {
  const State state = lifecycle_.state();
  if (state == State::kNew) return LoadProgress{};
  if (state != State::kStarting) return std::nullopt;
  const std::uint64_t end = channel_->end_offset();
  const std::uint64_t newest = end > kScanBytes ? end - kScanBytes : 0;
  const logs::Chunk said = channel_->read_from(std::max({scanned_, output_begin_, newest}), kScanBytes);
  load_scan_.feed(said.bytes);
  scanned_ = said.next;
  const bool asks_kernel = pid_ > 0 && weights_bytes_ > 0 && !leader_is_over_;
  return with_bytes(load_scan_.progress(), asks_kernel ? family_read() : std::nullopt, weights_bytes_);
}

// A shell in front reads nothing itself.
std::optional<std::uint64_t> Launch::family_read() const {
  if (keeper_pid_ <= 0) return bytes_read(pid_);
  std::optional<std::uint64_t> sum;
  for (const pid_t pid : Proc().family(keeper_pid_)) {
    if (const auto one = bytes_read(pid)) sum = sum.value_or(0) + *one;
  }
  return sum;
}

void Launch::report_timeout(StartLimit limit) { report_failed(timed_out(spec_, limit, output_tail())); }

void Launch::report_failed(StartFailure failure) {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_,
                  failure = std::move(failure)] { shared.listener.failed(model, generation, failure); });
}

Ending Launch::end() const {
  return lost_ ? lost(spec_, exit_, output_tail()) : ending(spec_.model, exit_, output_tail());
}

void Launch::report_ended() {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, end = end()] {
    shared.listener.ended(model, generation, end);
  });
}

void Launch::report_exited() {
  shared_.report([&shared = shared_, model = spec_.model, generation = generation_, end = end()] {
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
