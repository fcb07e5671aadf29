#include "paddock/vram/cards.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iterator>
#include <mutex>
#include <utility>

#include "paddock/base/process_facts.h"
#include "paddock/base/read_text.h"
#include "paddock/process/passing_listener.h"
#include "shares.h"

namespace paddock::vram {

namespace {

constexpr Duration kPatience = std::chrono::seconds(1);

pid_t parent_of(pid_t pid) {
  const auto text = read_text("/proc/" + std::to_string(pid) + "/stat");
  const auto facts = text ? parse_stat(*text) : std::nullopt;
  return facts ? facts->parent : 0;
}

}  // namespace

// Readings and timers hold it weakly, as they may come when it is gone.
class Cards::Impl final : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, gpu::Sampler& sampler, std::string source)
      : sampler_(sampler), timer_(control) {
    Snapshot empty;
    empty.source = std::move(source);
    empty.problem = sampler.has_source() ? "The cards have not been read yet."
                                         : "No cards are read, because --gpu-source none says so.";
    last_ = std::make_shared<const Snapshot>(std::move(empty));
  }

  void started(const process::SpawnSpec& spec, Generation generation) {
    shares_.started(spec.model, generation, steady_now());
    ask();
  }
  void spawned(Generation generation, pid_t pid) { shares_.spawned(generation, pid, parent_of(pid)); }
  void ready(Generation generation) {
    shares_.ready(generation, steady_now());
    ask();
  }
  void leaving(Generation generation) { shares_.leaving(generation); }
  void exited(Generation generation) {
    shares_.exited(generation);
    ask();
  }

  Picture snapshot() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }

  void look(std::function<void(Picture)> handler) {
    if (!sampler_.has_source()) {
      publish(nullptr);
      return handler(snapshot());
    }
    if (over_) return handler(snapshot());
    waiting_.push_back({steady_now(), std::move(handler)});
    ask();
    if (waiting_.size() == 1) arm();
  }

  void let_go() {
    over_ = true;
    timer_.cancel();
    give_up(TimePoint::max());
  }

 private:
  struct Waiting {
    TimePoint since{};
    std::function<void(Picture)> handler;
  };

  void arm() {
    timer_.expires_at(waiting_.front().since + kPatience);
    timer_.async_wait([self = weak_from_this()](boost::system::error_code error) {
      const auto alive = self.lock();
      if (!error && alive) alive->give_up(steady_now() - kPatience);
    });
  }

  // For a reading that begins from here on. The second of two that were asked for may have begun already, as
  // others ask the same sampler: then one more follows.
  void ask() {
    if (!sampler_.has_source() || over_) return;
    again_ = asked_ >= 2;
    if (again_) return;
    ++asked_;
    sampler_.read([self = weak_from_this()](const gpu::Reading& reading) {
      if (const auto alive = self.lock()) alive->take(reading);
    });
  }

  void take(const gpu::Reading& reading) {
    --asked_;
    shares_.take(reading);
    publish(&reading);
    answer(reading.begun);
    if (asked_ == 0 && (again_ || !waiting_.empty())) ask();
  }

  // Those that asked before.
  void answer(TimePoint begun) {
    const auto later = std::find_if(waiting_.begin(), waiting_.end(),
                                    [begun](const Waiting& one) { return one.since > begun; });
    std::vector<Waiting> ready(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(later));
    waiting_.erase(waiting_.begin(), later);
    if (waiting_.empty())
      timer_.cancel();
    else if (!ready.empty())
      arm();
    const Picture picture = snapshot();
    for (const Waiting& one : ready) one.handler(picture);
  }

  // Those that asked until then.
  void give_up(TimePoint until) {
    Snapshot old = *snapshot();
    if (old.problem.empty())
      old.problem = "The driver has not answered for a second: these figures are older.";
    const auto picture = std::make_shared<const Snapshot>(std::move(old));
    const auto later = std::find_if(waiting_.begin(), waiting_.end(),
                                    [until](const Waiting& one) { return one.since > until; });
    std::vector<Waiting> late(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(later));
    waiting_.erase(waiting_.begin(), later);
    if (!waiting_.empty()) arm();
    for (const Waiting& one : late) one.handler(picture);
  }

  void publish(const gpu::Reading* reading) {
    Snapshot fresh;
    fresh.taken = std::chrono::system_clock::now();
    fresh.ram = machine::read_memory();
    const Picture before = snapshot();
    fresh.source = before->source;
    fresh.problem = reading ? reading->problem : before->problem;
    if (reading && reading->problem.empty()) fresh.cards = shares_.cards();
    const std::lock_guard lock(mutex_);
    last_ = std::make_shared<const Snapshot>(std::move(fresh));
  }

  gpu::Sampler& sampler_;
  boost::asio::steady_timer timer_;
  Shares shares_;
  std::vector<Waiting> waiting_;  // the oldest first
  int asked_ = 0;                 // readings that have not come
  bool again_ = false;            // one more is wanted behind them
  bool over_ = false;
  mutable std::mutex mutex_;
  Picture last_;
};

class Cards::Watch final : public process::Launcher, private process::PassingListener {
 public:
  Watch(std::shared_ptr<Impl> cards, process::Listener& listener, const MakeLauncher& make_launcher)
      : PassingListener(listener), cards_(std::move(cards)), launcher_(make_launcher(*this)) {}

  void start(process::SpawnSpec spec, Generation generation) override {
    cards_->started(spec, generation);
    launcher_->start(std::move(spec), generation);
  }
  void stop(Generation generation, Duration grace) override {
    cards_->leaving(generation);
    launcher_->stop(generation, grace);
  }
  std::uint64_t printed(Generation generation) const override { return launcher_->printed(generation); }
  Duration cpu_time(Generation generation) const override { return launcher_->cpu_time(generation); }
  std::optional<process::LoadProgress> loading(Generation generation) override {
    return launcher_->loading(generation);
  }

 private:
  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override {
    cards_->spawned(generation, pid);
    PassingListener::spawned(model, generation, pid, std::move(pidfd));
  }
  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override {
    cards_->ready(generation);
    PassingListener::ready(model, generation, ready);
  }
  void ended(const ModelId& model, Generation generation, const process::Ending& ending) override {
    cards_->leaving(generation);
    PassingListener::ended(model, generation, ending);
  }
  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    cards_->exited(generation);
    PassingListener::exited(model, generation, ending);
  }

  const std::shared_ptr<Impl> cards_;
  std::unique_ptr<process::Launcher> launcher_;  // last: dies first and then calls nobody
};

Cards::Cards(boost::asio::io_context& control, gpu::Sampler& sampler, std::string source)
    : control_(control), impl_(std::make_shared<Impl>(control, sampler, std::move(source))) {}

Cards::~Cards() = default;

std::unique_ptr<process::Launcher> Cards::launcher(process::Listener& listener,
                                                   const MakeLauncher& make_launcher) {
  return std::make_unique<Watch>(impl_, listener, make_launcher);
}

Picture Cards::snapshot() const { return impl_->snapshot(); }

void Cards::look(std::function<void(Picture)> handler) {
  boost::asio::post(control_, [self = std::weak_ptr(impl_), handler = std::move(handler)]() mutable {
    if (const auto alive = self.lock()) alive->look(std::move(handler));
  });
}

void Cards::let_go() { impl_->let_go(); }

}  // namespace paddock::vram
