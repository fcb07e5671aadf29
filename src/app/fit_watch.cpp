#include "fit_watch.h"

#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <utility>

#include "engine_facts.h"
#include "other_card.h"
#include "pace.h"
#include "paddock/base/environment.h"
#include "paddock/base/errands.h"
#include "paddock/base/text.h"
#include "paddock/engine/command.h"
#include "paddock/gpu/visible.h"
#include "paddock/process/passing_listener.h"

namespace paddock::app {

namespace {

constexpr int kKilledCode = 128 + SIGKILL;

bool descends_from(const gpu::Process& process, pid_t leader) {
  return std::find(process.lineage.begin(), process.lineage.end(), leader) != process.lineage.end();
}

// Of the machine's memory, by the driver for the processes of one launch. 0: it does not tell.
fit::Bytes shared_by(const gpu::Device& device, pid_t leader) {
  fit::Bytes sum = 0;
  if (!device.processes || leader <= 0) return 0;
  for (const gpu::Process& process : *device.processes) {
    if (descends_from(process, leader)) sum += process.shared;
  }
  return sum;
}

std::vector<fit::Card> cards_of(const gpu::Reading& reading, const fit::Report& report,
                                const std::vector<std::string>& pins) {
  std::vector<fit::Card> cards;
  for (const gpu::Device& device : reading.devices) {
    fit::Card card;
    card.title = "GPU " + std::to_string(device.index);
    if (!device.is_part) card.pci = device.pci;  // else several have the same
    card.total = device.total;
    card.used = device.used;
    for (const fit::Device& named : report.devices) {
      const bool is_it = gpu::card_called(named.name, reading.devices, pins, named.title) == device.index;
      if (is_it && card.device.empty()) card.device = named.name;
    }
    cards.push_back(std::move(card));
  }
  return cards;
}

}  // namespace

fit::Failure fit_failure(process::FailureClass kind, const process::ExitStatus& exit,
                         const std::string& line) {
  using process::FailureClass;
  fit::Failure failure{fit::FailureKind::kOther, line};
  if (kind == FailureClass::kOutOfVram || kind == FailureClass::kOutOfRam) {
    failure.kind = fit::FailureKind::kOutOfMemory;
  } else if (exit.signal == SIGKILL || exit.code == kKilledCode) {
    failure.kind = fit::FailureKind::kKilled;
  }
  return failure;
}

// Errands, readings and timers hold it weakly, as they may come when it is gone.
class FitWatch::Impl final : public process::PassingListener, public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, gpu::Sampler& sampler, fit::Judgements& judgements, Options options,
       process::Listener& listener)
      : PassingListener(listener),
        control_(control),
        sampler_(sampler),
        judgements_(judgements),
        options_(std::move(options)),
        errands_(control),
        files_(control) {}

  void begin(const MakeLauncher& make_launcher) { launcher_ = make_launcher(*this); }

  void start(process::SpawnSpec spec, Generation generation) {
    const auto launch = live_.emplace(generation, std::make_unique<Launch>(control_, spec)).first;
    launch->second->company = ++company_;
    if (options_.memory) options_.memory->began(spec.model, generation);
    read_shared(generation);
    look_at_command(generation, *launch->second);
    launcher_->start(std::move(spec), generation);
  }

  void answered(const ModelId& model, std::int64_t tokens, double per_second) {
    for (const auto& [generation, launch] : live_) {
      if (launch->model != model || !launch->is_ready || launch->is_stopped || launch->failure) continue;
      if (launch->has_answered && !Pace::counts(tokens, per_second)) return;
      launch->pace.answered(tokens, per_second);
      const bool was_slow = std::exchange(launch->is_slow, is_slow(generation, *launch));
      const bool is_first = !std::exchange(launch->has_answered, true);
      if (is_first) count_first_answers();
      if (is_first || was_slow != launch->is_slow) judge_now(generation, *launch);
      if (launch->pace.is_settled()) learn_pace(generation, *launch);
      return;
    }
  }

  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override {
    if (Launch* launch = find(generation)) launch->leader = pid;
    PassingListener::spawned(model, generation, pid, std::move(pidfd));
  }

  void stop(Generation generation, Duration grace) {
    if (Launch* launch = find(generation)) launch->is_stopped = true;
    launcher_->stop(generation, grace);
  }

  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override {
    if (Launch* launch = find(generation)) {
      launch->is_ready = true;
      count_first_answers();
      look_at(generation, *launch, options_.after_ready);
    }
    PassingListener::ready(model, generation, ready);
  }

  void failed(const ModelId& model, Generation generation, const process::StartFailure& failure) override {
    went_wrong(generation, fit_failure(failure.kind, failure.exit, failure.line));
    PassingListener::failed(model, generation, failure);
  }

  void broken(const ModelId& model, Generation generation, const process::Breakage& breakage) override {
    went_wrong(generation, fit_failure(breakage.kind, {}, breakage.line));
    PassingListener::broken(model, generation, breakage);
  }

  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    if (Launch* launch = find(generation)) {
      if (!launch->is_stopped) went_wrong(generation, fit_failure(ending.kind, ending.status, ending.line));
      launch->is_over = true;
      ++company_;
      learn_pace(generation, *launch);
      if (options_.memory) options_.memory->over(generation);
      if (!launch->failure || launch->is_idle) live_.erase(generation);
      count_first_answers();
    }
    PassingListener::exited(model, generation, ending);
  }

  process::Launcher& launcher() const { return *launcher_; }

 private:
  // What its engine is told, and the files that this names.
  struct Told {
    engine::Command command;
    std::optional<std::uint64_t> embeddings;
  };

  struct Launch {
    Launch(boost::asio::io_context& control, const process::SpawnSpec& spec)
        : model(spec.model), argv(spec.argv), environment(child_environment(spec.env)), timer(control) {}

    const ModelId model;
    const std::vector<std::string> argv, environment;
    boost::asio::steady_timer timer;
    std::vector<Duration> looks;  // that are to come, the last one first
    TimePoint since{};
    std::optional<fit::Failure> failure;
    std::vector<fit::Card> cards{};  // as last read
    std::string warning{};           // as of then
    pid_t leader = 0;
    std::uint64_t company = 0;                   // company_ when it began
    std::map<std::string, fit::Bytes> shared{};  // before it began, by gpu::key_of()
    Pace pace{};
    bool is_paced = false;                          // its pace was told
    bool is_slow = false, was_judged_slow = false;  // by its pace; the last verdict knew that
    std::shared_ptr<const Told> told;               // empty until it was looked at
    bool is_ready = false, has_answered = false;
    bool is_stopped = false, is_over = false;
    bool is_idle = true;  // no look is to come
  };

  Launch* find(Generation generation) {
    const auto found = live_.find(generation);
    return found == live_.end() ? nullptr : found->second.get();
  }

  // The first thing that goes wrong is what counts.
  void went_wrong(Generation generation, fit::Failure failure) {
    Launch* launch = find(generation);
    if (launch == nullptr || launch->failure) return;
    launch->failure = std::move(failure);
    look_at(generation, *launch, options_.after_end);
  }

  void look_at(Generation generation, Launch& launch, const std::vector<Duration>& times) {
    launch.looks.assign(times.rbegin(), times.rend());
    launch.since = steady_now();
    await_look(generation, launch);
  }

  void await_look(Generation generation, Launch& launch) {
    launch.is_idle = launch.looks.empty();
    if (launch.is_idle) {
      if (launch.is_over) live_.erase(generation);
      return;
    }
    launch.timer.expires_at(launch.since + launch.looks.back());
    launch.looks.pop_back();
    launch.timer.async_wait([self = weak_from_this(), generation](boost::system::error_code error) {
      const auto alive = self.lock();
      if (!error && alive) alive->look(generation);
    });
  }

  void look(Generation generation) {
    Launch* launch = find(generation);
    if (launch == nullptr) return;
    judge_now(generation, *launch);
    await_look(generation, *launch);
  }

  void judge_now(Generation generation, const Launch& launch) {
    fit::Circumstances at;
    at.failure = launch.failure;
    at.is_slow = launch.is_slow;
    if (!at.failure) at.cards = launch.cards;
    // What is not told yet: what the daemon's own environment and the model's say.
    std::vector<std::string> pins =
        pins_in(launch.told ? launch.told->command.environment : launch.environment);
    if (launch.told) at.words = launch.told->command.words;
    std::string text = options_.load_report(launch.model, generation);
    errands_.run([self = weak_from_this(), model = launch.model, generation, at = std::move(at),
                  embeddings = launch.told ? launch.told->embeddings : std::nullopt, pins = std::move(pins),
                  text = std::move(text)]() -> Errands::Done {
      auto report = std::make_shared<fit::Report>(fit::read(text));
      // What the log only lets guess.
      if (embeddings)
        report->embeddings = report->embeddings_most = std::min<fit::Bytes>(*embeddings, report->ram.weights);
      return [self, model, generation, at, report, pins] {
        if (const auto alive = self.lock()) alive->judge(model, generation, *report, at, pins);
      };
    });
  }

  // Once, as it does not change while it runs. If it comes late, the verdict is made again.
  void look_at_command(Generation generation, const Launch& launch) {
    files_.run([self = weak_from_this(), generation, argv = launch.argv,
                environment = launch.environment]() -> Errands::Done {
      auto told = std::make_shared<Told>();
      told->command = engine::read_command(argv, environment, engine::script_at);
      told->embeddings = input_bytes(told->command);
      return [self, generation, told] {
        const auto alive = self.lock();
        Launch* found = alive ? alive->find(generation) : nullptr;
        if (found == nullptr) return;
        found->told = told;
        if (found->is_ready || found->failure) alive->judge_now(generation, *found);
      };
    });
  }

  void count_first_answers() {
    if (options_.first_answers == nullptr) return;
    *options_.first_answers =
        static_cast<std::size_t>(std::count_if(live_.begin(), live_.end(), [](const auto& one) {
          return one.second->is_ready && !one.second->has_answered && !one.second->is_over;
        }));
  }

  bool is_slow(Generation generation, const Launch& launch) const {
    return options_.memory != nullptr && launch.pace.is_slow(options_.memory->usual_pace(generation));
  }

  // What is slow because the driver pages must not become what is usual.
  void learn_pace(Generation generation, Launch& launch) {
    const auto pace = launch.pace.fastest();
    if (options_.memory == nullptr || !pace || launch.is_paced) return;
    if (launch.is_slow && !launch.was_judged_slow) return;
    const auto last = judgements_.of(launch.model);
    if (last && last->launch == generation && last->verdict.word == fit::Word::kDriverSpill) return;
    launch.is_paced = true;
    options_.memory->paced(generation, *pace);
  }

  void read_shared(Generation generation) {
    if (!sampler_.has_source()) return;
    sampler_.read([self = weak_from_this(), generation](const gpu::Reading& reading) {
      const auto alive = self.lock();
      Launch* launch = alive ? alive->find(generation) : nullptr;
      if (launch == nullptr) return;
      for (const gpu::Device& device : reading.devices) {
        if (device.shared) launch->shared[gpu::key_of(device)] = *device.shared;
      }
    });
  }

  // What the driver says of its processes; else what there is more of since it began, if nobody else came or
  // went in the meantime.
  fit::Bytes shared_for(const gpu::Device& device, const Launch& launch) const {
    const fit::Bytes own = shared_by(device, launch.leader);
    const auto before = launch.shared.find(gpu::key_of(device));
    if (own > 0 || !device.shared || before == launch.shared.end() || launch.company != company_) return own;
    return *device.shared - std::min(*device.shared, before->second);
  }

  void judge(const ModelId& model, Generation generation, const fit::Report& report,
             const fit::Circumstances& at, const std::vector<std::string>& pins) {
    put(model, generation, report, at);
    if (at.failure || !sampler_.has_source()) return note_pace(generation, at);
    sampler_.read(
        [self = weak_from_this(), model, generation, report, at, pins](const gpu::Reading& reading) {
          const auto alive = self.lock();
          Launch* launch = alive ? alive->find(generation) : nullptr;
          // Of one that is going or gone the cards tell nothing.
          if (launch == nullptr || launch->is_stopped || launch->failure || reading.devices.empty()) return;
          fit::Circumstances seen = at;
          seen.cards = cards_of(reading, report, pins);
          for (std::size_t i = 0; i < seen.cards.size(); ++i) {
            seen.cards[i].shared = alive->shared_for(reading.devices[i], *launch);
          }
          launch->cards = seen.cards;
          alive->look_for_other_card(*launch, report, reading.devices);
          alive->put(model, generation, report, seen);
          alive->note_pace(generation, seen);
        });
  }

  // Once the pins are known for good: a script may choose others than the environment. In a container their
  // numbers may be other cards'.
  static void look_for_other_card(Launch& launch, const fit::Report& report,
                                  const std::vector<gpu::Device>& cards) {
    if (!launch.told || launch.told->command.is_contained) return;
    std::string warning = other_card(report, cards, pins_in(launch.told->command.environment));
    if (!warning.empty() && warning != launch.warning)
      spdlog::warn("model {}: {}", launch.model.str(), printable(warning));
    launch.warning = std::move(warning);
  }

  void note_pace(Generation generation, const fit::Circumstances& judged) {
    if (Launch* launch = find(generation)) launch->was_judged_slow = judged.is_slow;
  }

  void put(const ModelId& model, Generation generation, const fit::Report& report,
           const fit::Circumstances& at) {
    fit::Judgement judgement{generation, std::chrono::system_clock::now(), report, fit::judge(report, at)};
    if (const Launch* launch = find(generation)) judgement.warning = launch->warning;
    const auto last = judgements_.of(model);
    const fit::Word word = judgement.verdict.word;
    if (!last || last->launch != generation || last->verdict.word != word) {
      const auto level = word == fit::Word::kUnknown ? spdlog::level::debug : spdlog::level::info;
      spdlog::log(level, "model {}: {}", model.str(), printable(judgement.verdict.sentence));
    }
    if (options_.memory) options_.memory->judged(model, judgement);
    judgements_.put(model, std::move(judgement));
  }

  boost::asio::io_context& control_;
  gpu::Sampler& sampler_;
  fit::Judgements& judgements_;
  const Options options_;
  Errands errands_;
  Errands files_;  // those that may hang with a file system
  std::map<Generation, std::unique_ptr<Launch>> live_;
  std::uint64_t company_ = 0;                    // grows when a launch comes or goes
  std::unique_ptr<process::Launcher> launcher_;  // last: dies first and then calls nobody
};

FitWatch::FitWatch(boost::asio::io_context& control, gpu::Sampler& sampler, fit::Judgements& judgements,
                   Options options, process::Listener& listener, const MakeLauncher& make_launcher)
    : impl_(std::make_shared<Impl>(control, sampler, judgements, std::move(options), listener)) {
  impl_->begin(make_launcher);
}

FitWatch::~FitWatch() = default;

void FitWatch::start(process::SpawnSpec spec, Generation generation) {
  impl_->start(std::move(spec), generation);
}

void FitWatch::stop(Generation generation, Duration grace) { impl_->stop(generation, grace); }

std::uint64_t FitWatch::printed(Generation generation) const { return impl_->launcher().printed(generation); }

void FitWatch::answered(const ModelId& model, std::int64_t tokens, double per_second) {
  impl_->answered(model, tokens, per_second);
}

Duration FitWatch::cpu_time(Generation generation) const { return impl_->launcher().cpu_time(generation); }

std::optional<process::LoadProgress> FitWatch::loading(Generation generation) {
  return impl_->launcher().loading(generation);
}

}  // namespace paddock::app
