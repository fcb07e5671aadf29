#include "paddock/kvcache/slot_watch.h"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "paddock/base/errands.h"
#include "paddock/base/text.h"
#include "paddock/process/passing_listener.h"

namespace paddock::kvcache {

namespace {

constexpr int kThreads = 4;
constexpr Duration kPreparing = std::chrono::seconds(2);

double mib(std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

void tell(const ModelId& model, const char* verb, const Report& report, Duration took) {
  for (const std::string& problem : report.problems)
    spdlog::warn("model {}: kvCache: {}", model.str(), printable(problem));
  if (report.slots == 0) return;
  spdlog::info("model {}: {} {} {} ({} tokens, {:.1f} MiB) in {:.2f} s", model.str(), verb, report.slots,
               report.slots == 1 ? "slot" : "slots", report.tokens, mib(report.bytes),
               std::chrono::duration<double>(took).count());
}

bool names_folder(const std::string& variable) {
  return variable.starts_with(std::string(kFolderVariable) + "=");
}

}  // namespace

// Shared with nobody: timers and ends of jobs hold it weakly, as they may come when it is gone.
class SlotWatch::Impl final : public process::PassingListener, public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, Options options, process::Listener& listener)
      : PassingListener(listener),
        control_(control),
        options_(std::move(options)),
        errands_(control, kThreads) {}

  void begin(const MakeLauncher& make_launcher) { launcher_ = make_launcher(*this); }
  process::Launcher& launcher() const { return *launcher_; }

  void start(process::SpawnSpec spec, Generation generation) {
    auto care = options_.care_for ? options_.care_for(spec) : std::nullopt;
    if (!care) return launcher_->start(std::move(spec), generation);
    Launch& launch = launches_.try_emplace(generation, spec.model, std::move(*care)).first->second;
    launch.base_path = spec.endpoint.base_path;
    launch.spec = std::move(spec);
    prepare(generation, launch);
  }

  void stop(Generation generation, Duration grace) { stop(generation, grace, false); }
  void retire(Generation generation, Duration grace) { stop(generation, grace, true); }
  void hurry(TimePoint until) {
    hurry_ = std::min(until, hurry_.value_or(until));
    for (auto& [generation, launch] : launches_) {
      if (!launch.timer || launch.phase == Phase::kStarting) continue;
      wait(generation, launch, *hurry_);
    }
  }

  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override {
    Launch* launch = find(generation);
    if (!launch || launch->phase != Phase::kStarting || hurry_)
      return listener_.ready(model, generation, ready);
    launch->ready = ready;
    launch->phase = Phase::kRestoring;
    run(generation, *launch, kvcache::restore);
  }

  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    let_in(generation);
    forget(generation);
    listener_.exited(model, generation, ending);
  }

  void ended(const ModelId& model, Generation generation, const process::Ending& ending) override {
    let_in(generation);
    listener_.ended(model, generation, ending);
  }

  void broken(const ModelId& model, Generation generation, const process::Breakage& breakage) override {
    let_in(generation);
    listener_.broken(model, generation, breakage);
  }

 private:
  enum class Phase { kPreparing, kStarting, kRestoring, kServing, kSaving, kStopping };

  struct Launch {
    Launch(ModelId id, Care its_care) : model(std::move(id)), care(std::move(its_care)) {}
    const ModelId model;
    const Care care;
    std::string base_path;
    process::SpawnSpec spec{};  // until it is started
    process::Ready ready{};
    Phase phase = Phase::kPreparing;
    std::optional<Duration> stop_grace{};  // ordered, and not yet passed on
    TimePoint stop_ordered{};
    TimePoint begun{};       // of what is under way
    std::uint64_t step = 0;  // a job or a timer of an earlier one is too late
    std::shared_ptr<std::atomic<bool>> given_up{};
    std::unique_ptr<boost::asio::steady_timer> timer{};
  };
  using Work = Report (*)(const Job&, Server&, const std::atomic<bool>&);

  Launch* find(Generation generation) {
    const auto found = launches_.find(generation);
    return found == launches_.end() ? nullptr : &found->second;
  }

  void forget(Generation generation) {
    if (Launch* launch = find(generation)) end_step(*launch);
    launches_.erase(generation);
  }

  // Whatever is under way for it no longer counts.
  static void end_step(Launch& launch) {
    ++launch.step;
    if (launch.given_up) launch.given_up->store(true);
    launch.given_up.reset();
    launch.timer.reset();
  }

  void wait(Generation generation, Launch& launch, TimePoint until) {
    launch.timer = std::make_unique<boost::asio::steady_timer>(control_, until);
    launch.timer->async_wait(
        [self = weak_from_this(), generation, step = launch.step](boost::system::error_code error) {
          const auto alive = self.lock();
          if (!error && alive) alive->over(generation, step, nullptr);
        });
  }

  void prepare(Generation generation, Launch& launch) {
    wait(generation, launch, steady_now() + kPreparing);
    errands_.run([self = weak_from_this(), generation, step = launch.step, root = launch.care.settings.root,
                  model = launch.model]() -> Errands::Done {
      const auto made = Folder(root).prepare(model);
      const std::string problem = made ? std::string() : made.error();
      return [self, generation, step, problem] {
        if (const auto alive = self.lock()) alive->prepared(generation, step, problem);
      };
    });
  }

  void prepared(Generation generation, std::uint64_t step, const std::string& problem) {
    Launch* launch = find(generation);
    if (!launch || launch->step != step) return;
    end_step(*launch);
    process::SpawnSpec spec = std::move(launch->spec);
    const auto stop_grace = launch->stop_grace;
    launch->phase = Phase::kStarting;
    if (!problem.empty()) {
      spdlog::warn("model {}: kvCache: {}; its conversations are not kept", launch->model.str(),
                   printable(problem));
      std::erase_if(spec.env, names_folder);
      std::erase_if(spec.injected, names_folder);
      launches_.erase(generation);
    }
    launcher_->start(std::move(spec), generation);
    if (stop_grace) launcher_->stop(generation, *stop_grace);
  }

  void run(Generation generation, Launch& launch, Work work) {
    const TimePoint begun = steady_now();
    TimePoint until = begun + launch.care.settings.timeout;
    if (hurry_) until = std::min(until, *hurry_);
    launch.given_up = std::make_shared<std::atomic<bool>>(false);
    wait(generation, launch, until);
    Job job{launch.model, generation, launch.care.settings, launch.care.command_key, until};
    errands_.run([self = weak_from_this(), job = std::move(job), work, begun, step = launch.step,
                  given_up = launch.given_up, connect = options_.connect, ready = launch.ready,
                  base = launch.base_path]() -> Errands::Done {
      const auto server = connect(ready.address, ready.port, base);
      auto report = std::make_shared<Report>(work(job, *server, *given_up));
      return [self, generation = job.generation, step, report] {
        if (const auto alive = self.lock()) alive->over(generation, step, report.get());
      };
    });
    launch.begun = begun;
  }

  // A job has ended, or its time has (no report).
  void over(Generation generation, std::uint64_t step, const Report* report) {
    Launch* launch = find(generation);
    if (!launch || launch->step != step) return;
    if (launch->phase == Phase::kPreparing)
      return prepared(generation, step, "its folder is not made in time");
    note(*launch, generation, report);
    end_step(*launch);
    if (launch->phase == Phase::kRestoring) return let_in(generation);
    if (launch->phase == Phase::kSaving) pass_stop(generation, *launch);
  }

  void note(const Launch& launch, Generation generation, const Report* report) const {
    const bool saving = launch.phase == Phase::kSaving;
    const Duration took = steady_now() - launch.begun;
    if (!report) {
      spdlog::warn("model {}: kvCache: {} its conversations took longer than {:.0f} s and was given up",
                   launch.model.str(), saving ? "saving" : "restoring",
                   std::chrono::duration<double>(took).count());
      return;
    }
    tell(launch.model, saving ? "saved" : "restored", *report, took);
    if (!report->off.empty()) {
      spdlog::info("model {}: kvCache: left alone with this build: {}", launch.model.str(),
                   printable(report->off));
    }
    const auto& told = saving ? options_.saved : options_.restored;
    if (told) told(launch.model, generation, *report);
  }

  // Does nothing unless its readiness is held back.
  void let_in(Generation generation) {
    Launch* launch = find(generation);
    if (!launch || launch->phase != Phase::kRestoring) return;
    end_step(*launch);
    launch->phase = Phase::kServing;
    const ModelId model = launch->model;
    const process::Ready ready = launch->ready;
    // The listener may order anything at once, so nothing is looked at again after it was called.
    listener_.ready(model, generation, ready);
  }

  void pass_stop(Generation generation, Launch& launch) {
    launch.phase = Phase::kStopping;
    Duration grace = *launch.stop_grace;
    // What a shutdown grants is for both.
    if (hurry_) grace = std::max(grace - (steady_now() - launch.stop_ordered), Duration::zero());
    launcher_->stop(generation, grace);
  }

  void stop(Generation generation, Duration grace, bool is_retired) {
    Launch* launch = find(generation);
    if (!launch) return launcher_->stop(generation, grace);
    const bool saves = is_retired && launch->phase == Phase::kServing;
    launch->stop_grace = grace;
    launch->stop_ordered = steady_now();
    if (launch->phase == Phase::kPreparing) return;
    end_step(*launch);
    if (!saves) return pass_stop(generation, *launch);
    launch->phase = Phase::kSaving;
    run(generation, *launch, kvcache::save);
  }

  boost::asio::io_context& control_;
  const Options options_;
  std::optional<TimePoint> hurry_;
  std::map<Generation, Launch> launches_;
  Errands errands_;
  std::unique_ptr<process::Launcher> launcher_;  // last: dies first and then calls nobody
};

SlotWatch::SlotWatch(boost::asio::io_context& control, Options options, process::Listener& listener,
                     const MakeLauncher& make_launcher)
    : impl_(std::make_shared<Impl>(control, std::move(options), listener)) {
  impl_->begin(make_launcher);
}

SlotWatch::~SlotWatch() = default;

void SlotWatch::start(process::SpawnSpec spec, Generation generation) {
  impl_->start(std::move(spec), generation);
}
void SlotWatch::stop(Generation generation, Duration grace) { impl_->stop(generation, grace); }
void SlotWatch::retire(Generation generation, Duration grace) { impl_->retire(generation, grace); }
std::uint64_t SlotWatch::printed(Generation generation) const {
  return impl_->launcher().printed(generation);
}
Duration SlotWatch::cpu_time(Generation generation) const { return impl_->launcher().cpu_time(generation); }
std::optional<process::LoadProgress> SlotWatch::loading(Generation generation) {
  return impl_->launcher().loading(generation);
}
void SlotWatch::hurry(TimePoint until) { impl_->hurry(until); }

}  // namespace paddock::kvcache
