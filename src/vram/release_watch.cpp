#include "paddock/vram/release_watch.h"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "holdings.h"
#include "paddock/base/text.h"
#include "paddock/process/passing_listener.h"

namespace paddock::vram {

namespace {

constexpr Duration kPoll = std::chrono::milliseconds(50);

double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

std::string text_of(const std::vector<Share>& shares) {
  std::string out;
  for (const Share& share : shares) {
    out += (out.empty() ? "" : ", ") + gpu::size_text(share.bytes) + " of " + share.card;
  }
  return out;
}

}  // namespace

// Shared with nobody: readings and the timer hold it weakly, as they may come when it is gone.
class ReleaseWatch::Impl final : public process::PassingListener, public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, gpu::Sampler& sampler, Options options, process::Listener& listener)
      : PassingListener(listener),
        sampler_(sampler),
        options_(options),
        holdings_(options.limit),
        timer_(control),
        watches_(sampler.has_source() && options.limit > Duration::zero()) {}

  void begin(const MakeLauncher& make_launcher) {
    launcher_ = make_launcher(*this);
    ask();
  }

  void start(process::SpawnSpec spec, Generation generation) {
    if (watches_) {
      live_.emplace(generation, Live{spec.model});
      holdings_.started(generation, steady_now());
      ask();
    }
    launcher_->start(std::move(spec), generation);
  }

  void stop(Generation generation, Duration grace) {
    if (watches_) {
      holdings_.stop_ordered(generation, steady_now());
      ask();
    }
    launcher_->stop(generation, grace);
  }

  void let_go() {
    watches_ = false;
    timer_.cancel();
    deliver(holdings_.release_all(steady_now()));
  }

  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override {
    if (watches_) {
      holdings_.ready(generation, steady_now());
      ask();
    }
    listener_.ready(model, generation, ready);
  }

  process::Launcher& launcher() const { return *launcher_; }

  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    live_.erase(generation);
    const TimePoint now = steady_now();
    const bool waits = watches_ && holdings_.exited(generation, now);
    ask();
    if (!waits) return listener_.exited(model, generation, ending);
    listener_.ended(model, generation, ending);
    waiting_.emplace(generation, Waiting{model, ending, now});
    if (waiting_.size() == 1) poll();
  }

 private:
  struct Live {
    ModelId model;
    bool told_start = false, told_taken = false;
  };
  struct Waiting {
    ModelId model;
    process::Ending ending;
    TimePoint since{};
    bool was_told = false;
  };

  // For a reading that begins from here on. With one under way and one that follows there is one already.
  void ask() {
    if (!watches_ || asked_ >= 2) return;
    ++asked_;
    sampler_.read([self = weak_from_this()](const gpu::Reading& reading) {
      if (const auto alive = self.lock()) alive->take(reading);
    });
  }

  void take(const gpu::Reading& reading) {
    --asked_;
    if (!watches_) return;
    tell_whether(reading);
    Releases releases = holdings_.take(reading);
    for (auto& [generation, live] : live_) tell_shares(generation, live);
    deliver(std::move(releases));
    for (auto& [generation, waiting] : waiting_) tell_wait(waiting, reading);
  }

  void poll() {
    timer_.expires_after(kPoll);
    timer_.async_wait([self = weak_from_this()](boost::system::error_code error) {
      const auto alive = self.lock();
      if (!error && alive) alive->look_again();
    });
  }

  void look_again() {
    deliver(holdings_.overdue(steady_now()));
    if (waiting_.empty()) return;
    if (asked_ == 0) ask();
    poll();
  }

  // The listener may order starts and stops at once, so nothing is looked at again after it was called.
  void deliver(Releases releases) {
    std::vector<std::pair<Generation, Waiting>> over;
    for (const Release& release : releases) {
      const auto found = waiting_.find(release.generation);
      if (found == waiting_.end()) continue;
      log(release, found->second);
      over.emplace_back(found->first, std::move(found->second));
      waiting_.erase(found);
    }
    if (over.empty()) return;
    ask();
    for (const auto& [generation, waiting] : over) {
      listener_.exited(waiting.model, generation, waiting.ending);
    }
  }

  void log(const Release& release, const Waiting& waiting) const {
    const std::string& model = waiting.model.str();
    if (release.in_time) {
      const auto level = waiting.was_told ? spdlog::level::info : spdlog::level::debug;
      spdlog::log(level, "model {}: its memory was back {:.2f} s after its end", model,
                  in_seconds(release.gap));
      return;
    }
    const std::string missing =
        release.missing.empty() ? "how much is in use is not known" : text_of(release.missing) + " not back";
    spdlog::warn(
        "model {}: {} {:.2f} s after its end (vramReleaseTimeout); the next start does not wait for it",
        model, missing, in_seconds(release.gap));
  }

  // Each of these once.
  void tell_whether(const gpu::Reading& reading) {
    const bool is_news = std::exchange(problem_, reading.problem) != reading.problem;
    if (!reading.problem.empty()) {
      if (!is_news) return;
      const auto level = options_.must_read || has_read_ ? spdlog::level::warn : spdlog::level::debug;
      return spdlog::log(level, "the memory of GPUs cannot be read, so no start waits for it: {}",
                         printable(reading.problem));
    }
    if (std::exchange(has_read_, true) && !is_news) return;
    for (const gpu::Device& device : reading.devices) {
      spdlog::info("{}: {} of {} in use", title_of(device), gpu::size_text(device.used),
                   gpu::size_text(device.total));
    }
  }

  void tell_shares(Generation generation, Live& live) {
    const auto at_start = live.told_start ? std::vector<Share>() : holdings_.at_start(generation);
    if (!at_start.empty()) {
      live.told_start = true;
      spdlog::debug("model {} starts with {} in use", live.model.str(), text_of(at_start));
    }
    const auto taken = live.told_taken ? std::vector<Share>() : holdings_.taken(generation);
    if (taken.empty()) return;
    live.told_taken = true;
    spdlog::debug("model {} took {}", live.model.str(), text_of(taken));
  }

  static void tell_wait(Waiting& waiting, const gpu::Reading& reading) {
    if (reading.begun < waiting.since || std::exchange(waiting.was_told, true)) return;
    spdlog::debug("model {}: its memory is not back yet", waiting.model.str());
  }

  gpu::Sampler& sampler_;
  const Options options_;
  Holdings holdings_;
  boost::asio::steady_timer timer_;
  bool watches_;
  bool has_read_ = false;
  std::string problem_;
  int asked_ = 0;  // readings that have not come
  std::map<Generation, Live> live_;
  std::map<Generation, Waiting> waiting_;        // their `exited`
  std::unique_ptr<process::Launcher> launcher_;  // last: dies first and then calls nobody
};

ReleaseWatch::ReleaseWatch(boost::asio::io_context& control, gpu::Sampler& sampler, Options options,
                           process::Listener& listener, const MakeLauncher& make_launcher)
    : impl_(std::make_shared<Impl>(control, sampler, options, listener)) {
  impl_->begin(make_launcher);
}

ReleaseWatch::~ReleaseWatch() = default;

void ReleaseWatch::start(process::SpawnSpec spec, Generation generation) {
  impl_->start(std::move(spec), generation);
}

void ReleaseWatch::stop(Generation generation, Duration grace) { impl_->stop(generation, grace); }

std::uint64_t ReleaseWatch::printed(Generation generation) const {
  return impl_->launcher().printed(generation);
}

Duration ReleaseWatch::cpu_time(Generation generation) const {
  return impl_->launcher().cpu_time(generation);
}

std::optional<process::LoadProgress> ReleaseWatch::loading(Generation generation) {
  return impl_->launcher().loading(generation);
}

void ReleaseWatch::let_go() { impl_->let_go(); }

}  // namespace paddock::vram
