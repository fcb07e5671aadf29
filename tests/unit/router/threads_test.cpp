// Many threads ask, also through the gates, change their mind and let go, while the processes answer at
// random. Meant for the thread and address sanitizers; without them it checks that everybody gets exactly one
// answer and nothing is left.
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "paddock/scheduler/events.h"
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

namespace asio = boost::asio;

constexpr int kThreads = 4;
constexpr int kRequests = 400;  // of each thread
constexpr std::chrono::seconds kDeadline(60);

// Answers starts and stops after a random moment, and sometimes fails or crashes. Control thread only.
class RandomLauncher final : public process::Launcher {
 public:
  RandomLauncher(asio::io_context& control, process::Listener& listener)
      : control_(control), listener_(listener) {}

  void start(process::SpawnSpec spec, Generation generation) override {
    alive_.emplace(generation, spec.model);
    const bool fails = random_() % 8 == 0;
    later([this, generation, model = spec.model, fails] {
      if (!alive_.contains(generation)) return;
      if (fails) {
        listener_.failed(model, generation, {});
        return exit(generation);
      }
      listener_.spawned(model, generation, 1, {});
      listener_.ready(model, generation, {"127.0.0.1", 1});
      if (random_() % 8 == 0) later([this, generation] { exit(generation); });
    });
  }
  std::uint64_t printed(Generation) const override { return 0; }
  Duration cpu_time(Generation) const override { return Duration::zero(); }
  void stop(Generation generation, Duration) override {
    later([this, generation] { exit(generation); });
  }

 private:
  using Timer = asio::basic_waitable_timer<std::chrono::steady_clock>;

  template <class Work>
  void later(Work work) {
    auto timer = std::make_shared<Timer>(control_, std::chrono::microseconds(random_() % 300));
    timer->async_wait([timer, work = std::move(work)](boost::system::error_code) mutable { work(); });
  }
  void exit(Generation generation) {
    const auto it = alive_.find(generation);
    if (it == alive_.end()) return;
    const ModelId model = std::move(it->second);
    alive_.erase(it);
    listener_.exited(model, generation, {});
  }

  asio::io_context& control_;
  process::Listener& listener_;
  std::mt19937 random_{42};
  std::map<Generation, ModelId> alive_;
};

// A client as a worker thread sees it: its answer comes from the control thread.
class Caller final : public Waiter {
 public:
  void granted(Lease lease) noexcept override {
    const std::lock_guard lock(mutex_);
    lease_ = std::move(lease);
    answered();
  }
  void rejected(RouteError) noexcept override {
    const std::lock_guard lock(mutex_);
    answered();
  }
  // The lease, if that was the answer.
  Lease wait() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(condition_.wait_for(lock, kDeadline, [this] { return answers_ > 0; })) << "no answer";
    EXPECT_EQ(answers_, 1);
    return std::move(lease_);
  }

 private:
  void answered() {
    ++answers_;
    condition_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable condition_;
  int answers_ = 0;
  Lease lease_;
};

class Storm {
 public:
  void run() {
    Options options;
    options.models = models({"a", "b", "c"});
    options.back_off = [](process::FailureClass) { return scheduler::Backoff{}; };  // all are to be tried
    options.make_launcher = [this](process::Listener& listener) {
      return std::make_unique<RandomLauncher>(control_, listener);
    };
    router_.emplace(control_, std::move(options));
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([this, i] { client(static_cast<unsigned>(i)); });
    control_.run_for(2 * kDeadline);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(left_, 0) << "the control thread gave up";
    EXPECT_TRUE(shut_down_);
    control_.restart();
    control_.poll();
    router_.reset();
  }

  int grants() const { return grants_; }
  int entered() const { return entered_; }

 private:
  static std::vector<ModelOptions> models(const std::vector<std::string>& ids,
                                          const std::string& launch = {}) {
    std::vector<ModelOptions> out;
    for (const std::string& id : ids) {
      out.push_back(model_options(id.c_str()));
      out.back().uses_port = false;
      out.back().launch = launch;
    }
    return out;
  }

  // `a` and `b` stay, started in one of two ways; `c` comes and goes, and new ones come.
  void change_models(std::mt19937& random) {
    Options options;
    std::vector<std::string> ids{"a", "b", "x" + std::to_string(random() % 20)};
    if (random() % 2) ids.push_back("c");
    options.models = models(ids, random() % 2 ? "one" : "other");
    router_->change_models(std::move(options), nullptr);
  }

  static ModelId some_model(std::mt19937& random) {
    static constexpr const char* kModels[] = {"a", "b", "c"};
    return ModelId(kModels[random() % 3]);
  }

  void client(unsigned seed) {
    std::mt19937 random(seed + 1);
    std::vector<Lease> held;  // for a while
    for (int i = 0; i < kRequests; ++i) {
      random() % 2 ? one_request(random, held) : through_the_gate(random, held);
      if (random() % 16 == 0) operate(random);
    }
    held.clear();
    if (--left_ == 0) {
      router_->shutdown(std::chrono::seconds(1), [this] {
        shut_down_ = true;
        work_.reset();
      });
    }
  }

  void through_the_gate(std::mt19937& random, std::vector<Lease>& held) {
    held.clear();
    for (unsigned n = 1 + random() % 20; n > 0; --n) {
      const ModelId model = some_model(random);
      Lease lease = router_->try_acquire(model);
      if (!lease) continue;
      ++entered_;
      EXPECT_EQ(lease.upstream()->model, model);
      (void)lease.upstream()->alive();
      if (random() % 4 == 0) held.push_back(std::move(lease));
    }
  }

  void one_request(std::mt19937& random, std::vector<Lease>& held) {
    const ModelId model = some_model(random);
    std::vector<std::pair<TicketId, std::shared_ptr<Caller>>> callers;
    for (unsigned n = 1 + random() % 4; n > 0; --n) {
      auto caller = std::make_shared<Caller>();
      const TicketId ticket = router_->acquire(model, caller);
      callers.emplace_back(ticket, std::move(caller));
    }
    for (auto& [ticket, caller] : callers) {
      if (random() % 3 == 0) router_->cancel(ticket);
    }
    for (auto& [ticket, caller] : callers) {
      // Whoever keeps a lease while it waits for another place may wait for itself.
      held.clear();
      Lease lease = caller->wait();
      if (!lease) continue;
      ++grants_;
      EXPECT_EQ(lease.upstream()->model, model);
      (void)lease.upstream()->alive();
      held.push_back(std::move(lease));
    }
  }

  void operate(std::mt19937& random) {
    const ModelId model(random() % 2 ? "a" : "b");
    switch (random() % 5) {
      case 0:
        return router_->unload({model}, random() % 2 ? UnloadMode::kNow : UnloadMode::kDrain, [](Outcome) {});
      case 1:
        return router_->restart(model, [](Outcome) {});
      case 2:
        return router_->cancel_load(model, [](Outcome) {});
      case 3:
        return change_models(random);
      default:
        return router_->status([](Status) {});
    }
  }

  asio::io_context control_;
  std::optional<Router> router_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{control_.get_executor()};
  std::atomic<int> left_{kThreads};
  std::atomic<int> grants_{0};
  std::atomic<int> entered_{0};  // through a gate
  std::atomic<bool> shut_down_{false};
};

TEST(Threads, GetOneAnswerEach) {
  const auto level = spdlog::get_level();
  spdlog::set_level(spdlog::level::off);
  Storm storm;
  storm.run();
  spdlog::set_level(level);
  EXPECT_GT(storm.grants(), kRequests / 2);
  EXPECT_GT(storm.entered(), 0);
}

}  // namespace
}  // namespace paddock::router
