// The watch between a listener and a launcher that the test plays; the cards are what the test says.
#include "paddock/vram/release_watch.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/vram/played.h"

namespace paddock::vram {
namespace {

using namespace std::chrono_literals;
using test::kGiB;
using test::OneCard;
using test::RecordingLauncher;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReleaseWatchTest : public ::testing::Test, public process::Listener {
 protected:
  ReleaseWatchTest() : old_(spdlog::default_logger()) {
    auto logger =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(log, true));
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
    make({});
  }
  ~ReleaseWatchTest() override {
    cards->hang(false);
    watch.reset();
    spdlog::set_default_logger(old_);
  }

  void make(Options options, bool has_source = true) {
    watch.reset();
    sampler.emplace(io, has_source ? cards : nullptr);
    const auto fake = [this](process::Listener& inner) {
      auto made = std::make_unique<RecordingLauncher>(inner, orders);
      launcher = made.get();
      return made;
    };
    watch = std::make_unique<ReleaseWatch>(io, *sampler, options, *this, fake);
  }

  template <class Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return condition();
  }
  bool said(const std::string& text) {
    return run_until([&] { return log.str().find(text) != std::string::npos; });
  }
  bool heard(const std::string& news) {
    return run_until([&] { return !calls.empty() && calls.back() == news; });
  }

  // A model that takes eight of sixteen.
  void serve(const char* model, std::uint64_t generation) {
    process::SpawnSpec spec;
    spec.model = ModelId(model);
    watch->start(spec, {generation});
    ASSERT_TRUE(said("model " + spec.model.str() + " starts with 1.0 GiB of GPU 0 (fake) in use"))
        << log.str();
    cards->use(9);
    launcher->listener.spawned(spec.model, {generation}, 4711, {});
    launcher->listener.ready(spec.model, {generation}, {"127.0.0.1", 1});
    ASSERT_TRUE(said("model " + spec.model.str() + " took 8.0 GiB of GPU 0 (fake)")) << log.str();
  }
  void exit(const char* model, std::uint64_t generation) {
    process::Ending ending;
    ending.message = "bye";
    launcher->listener.exited(ModelId(model), {generation}, ending);
  }

  void spawned(const ModelId& model, Generation generation, pid_t, UniqueFd) override {
    note("spawned", model, generation);
  }
  void ready(const ModelId& model, Generation generation, const process::Ready&) override {
    note("ready", model, generation);
  }
  void failed(const ModelId& model, Generation generation, const process::StartFailure&) override {
    note("failed", model, generation);
  }
  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    EXPECT_EQ(ending.message, "bye");
    note("exited", model, generation);
    if (next) watch->start(*std::exchange(next, std::nullopt), {generation.value + 1});
  }
  void broken(const ModelId& model, Generation generation, const process::Breakage&) override {
    note("broken", model, generation);
  }
  void noted(const ModelId& model, Generation generation, const std::string& sentence) override {
    note(sentence, model, generation);
  }
  void note(const std::string& what, const ModelId& model, Generation generation) {
    calls.push_back(what + " " + model.str() + " " + std::to_string(generation.value));
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::shared_ptr<OneCard> cards = std::make_shared<OneCard>();
  std::optional<gpu::Sampler> sampler;
  std::unique_ptr<ReleaseWatch> watch;
  RecordingLauncher* launcher = nullptr;
  std::vector<std::string> calls, orders;
  std::optional<process::SpawnSpec> next;  // is started from inside exited()
  std::ostringstream log;

 private:
  std::shared_ptr<spdlog::logger> old_;
};

TEST_F(ReleaseWatchTest, HoldsTheEndBackUntilTheMemoryIsBack) {
  serve("a", 1);
  watch->stop({1}, 10s);
  EXPECT_THAT(orders, ElementsAre("start a 1", "stop 1")) << "orders pass at once";
  exit("a", 1);
  ASSERT_TRUE(said("model a: its memory is not back yet"));
  EXPECT_THAT(calls, ElementsAre("spawned a 1", "ready a 1"));
  next.emplace().model = ModelId("b");
  cards->use(1);
  EXPECT_TRUE(heard("exited a 1"));
  EXPECT_THAT(log.str(), HasSubstr("model a: its memory was back 0."));
  EXPECT_EQ(orders.back(), "start b 2");
}

TEST_F(ReleaseWatchTest, GivesUpAndSaysWhatIsMissing) {
  make({300ms, false});
  serve("a", 1);
  exit("a", 1);
  EXPECT_TRUE(heard("exited a 1"));
  EXPECT_THAT(log.str(), HasSubstr("model a: 8.0 GiB of GPU 0 (fake) not back 0.3")) << log.str();
  EXPECT_THAT(log.str(), HasSubstr("(vramReleaseTimeout)"));
}

TEST_F(ReleaseWatchTest, GivesUpOnASourceThatHangs) {
  make({300ms, false});
  serve("a", 1);
  cards->hang(true);
  exit("a", 1);
  EXPECT_TRUE(heard("exited a 1"));
  EXPECT_THAT(log.str(), HasSubstr("model a: how much is in use is not known 0.3"));
}

TEST_F(ReleaseWatchTest, ACrashWhoseMemoryIsBackIsToldAtOnce) {
  serve("a", 1);
  cards->use(1);
  exit("a", 1);
  EXPECT_TRUE(heard("exited a 1"));
  EXPECT_THAT(log.str(), Not(HasSubstr("not back yet")));
}

TEST_F(ReleaseWatchTest, WithoutASourceEverythingPassesAtOnce) {
  make({}, false);
  process::SpawnSpec spec;
  spec.model = ModelId("a");
  watch->start(spec, {1});
  launcher->listener.failed(ModelId("a"), {1}, {});
  exit("a", 1);
  EXPECT_THAT(calls, ElementsAre("failed a 1", "exited a 1"));
}

TEST_F(ReleaseWatchTest, ALimitOfZeroLetsEverythingPassAtOnce) {
  make({0s, false});
  process::SpawnSpec spec;
  spec.model = ModelId("a");
  watch->start(spec, {1});
  exit("a", 1);
  EXPECT_THAT(calls, ElementsAre("exited a 1"));
  io.poll();
  EXPECT_EQ(log.str(), "") << "nothing is read";
}

TEST_F(ReleaseWatchTest, CardsThatCannotBeReadAreAWarningIfTheyWereNamed) {
  cards->lose();
  make({5s, true});
  ASSERT_TRUE(said("the memory of GPUs cannot be read, so no start waits for it: The card is lost."));
  EXPECT_THAT(log.str(), HasSubstr("[warning]"));
  process::SpawnSpec spec;
  spec.model = ModelId("a");
  watch->start(spec, {1});
  exit("a", 1);
  EXPECT_THAT(calls, ElementsAre("exited a 1"));
}

TEST_F(ReleaseWatchTest, LetGoEndsAllWaits) {
  serve("a", 1);
  exit("a", 1);
  ASSERT_TRUE(said("not back yet"));
  watch->let_go();
  EXPECT_EQ(calls.back(), "exited a 1");
}

TEST_F(ReleaseWatchTest, WhatElseIsToldAndAskedPassesThrough) {
  serve("a", 1);
  calls.clear();
  launcher->listener.broken(ModelId("a"), {1}, {});
  launcher->listener.noted(ModelId("a"), {1}, "said");
  EXPECT_THAT(calls, ElementsAre("broken a 1", "said a 1"));
  EXPECT_EQ(watch->printed({1}), 101u);
  EXPECT_EQ(watch->cpu_time({1}), Duration(201));
  EXPECT_EQ(watch->loading({1})->percent, 62);
}

TEST_F(ReleaseWatchTest, AfterLetGoNoWaitBegins) {
  serve("a", 1);
  watch->let_go();
  watch->stop({1}, 1s);
  EXPECT_EQ(orders.back(), "stop 1");
  exit("a", 1);
  EXPECT_EQ(calls.back(), "exited a 1");
}

TEST_F(ReleaseWatchTest, DestroyedWhileItWaitsItCallsNobody) {
  serve("a", 1);
  exit("a", 1);
  ASSERT_TRUE(said("not back yet"));
  watch.reset();
  cards->use(1);
  run_until([until = std::chrono::steady_clock::now() + 150ms] {
    return std::chrono::steady_clock::now() > until;
  });
  EXPECT_THAT(calls, ElementsAre("spawned a 1", "ready a 1"));
}

}  // namespace
}  // namespace paddock::vram
