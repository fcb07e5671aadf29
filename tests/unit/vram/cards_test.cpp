// Cards between a listener and a launcher that the test plays, and the monitor on top; what is read is what
// the test says.
#include "paddock/vram/cards.h"

#include <gmock/gmock.h>

#include <unistd.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "paddock/vram/monitor.h"
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

class CardsTest : public ::testing::Test, public process::Listener {
 protected:
  CardsTest() { make(source); }
  ~CardsTest() override {
    source->hang(false);
    launcher.reset();
  }

  void make(std::shared_ptr<gpu::Source> from) {
    launcher.reset();
    cards.reset();
    sampler.emplace(io, std::move(from));
    cards.emplace(io, *sampler, "auto");
    launcher = cards->launcher(*this, [this](process::Listener& inner) {
      auto made = std::make_unique<RecordingLauncher>(inner, orders);
      fake = made.get();
      return made;
    });
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return condition();
  }
  Picture look() {
    Picture seen;
    cards->look([&seen](Picture picture) { seen = std::move(picture); });
    EXPECT_TRUE(run_until([&] { return seen != nullptr; }));
    return seen ? seen : cards->snapshot();
  }

  void spawned(const ModelId&, Generation, pid_t, UniqueFd) override { calls.push_back("spawned"); }
  void ready(const ModelId&, Generation, const process::Ready&) override { calls.push_back("ready"); }
  void failed(const ModelId&, Generation, const process::StartFailure&) override {
    calls.push_back("failed");
  }
  void exited(const ModelId&, Generation, const process::Ending&) override { calls.push_back("exited"); }
  void ended(const ModelId&, Generation, const process::Ending&) override { calls.push_back("ended"); }
  void broken(const ModelId&, Generation, const process::Breakage&) override { calls.push_back("broken"); }
  void noted(const ModelId&, Generation, const std::string&) override { calls.push_back("noted"); }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::shared_ptr<OneCard> source = std::make_shared<OneCard>();
  std::optional<gpu::Sampler> sampler;
  std::optional<Cards> cards;
  std::unique_ptr<process::Launcher> launcher;
  RecordingLauncher* fake = nullptr;
  std::vector<std::string> calls, orders;
};

TEST_F(CardsTest, AtTheEndWhoWaitsForAHangingDriverIsAnswered) {
  source->hang(true);
  int answers = 0;
  const auto count = [&answers](const Picture& picture) { answers += picture != nullptr ? 1 : 0; };
  cards->look(count);
  io.poll();
  EXPECT_EQ(answers, 0);
  cards->let_go();
  EXPECT_EQ(answers, 1);
  cards->look(count);
  EXPECT_TRUE(run_until([&] { return answers == 2; }));
}

TEST_F(CardsTest, ShowWhatALaunchTook) {
  EXPECT_THAT(cards->snapshot()->cards, IsEmpty());
  process::SpawnSpec spec;
  spec.model = ModelId("a");
  launcher->start(spec, {1});
  ASSERT_TRUE(run_until([&] { return !cards->snapshot()->cards.empty(); }));
  source->use(9);
  fake->listener.spawned(spec.model, {1}, ::getpid(), {});
  fake->listener.ready(spec.model, {1}, {"127.0.0.1", 1});
  const Picture picture = look();
  EXPECT_EQ(picture->source, "auto");
  EXPECT_EQ(picture->problem, "");
  ASSERT_EQ(picture->cards.size(), 1u);
  EXPECT_EQ(picture->cards[0].device.used, 9 * kGiB);
  EXPECT_THAT(picture->cards[0].models, ElementsAre(Holder{spec.model, {1}, 8 * kGiB, true}));
  ASSERT_TRUE(picture->ram);
  EXPECT_GT(picture->ram->total, 0u);
  source->use(1);
  fake->listener.exited(spec.model, {1}, {});
  EXPECT_TRUE(run_until([&] { return cards->snapshot()->cards[0].device.used == kGiB; }));
  EXPECT_THAT(cards->snapshot()->cards[0].models, IsEmpty());
}

TEST_F(CardsTest, ADriverThatHangsIsSaidAndHoldsNobodyUp) {
  look();
  source->hang(true);
  const Picture old = look();
  EXPECT_THAT(old->problem, HasSubstr("has not answered for a second"));
  EXPECT_EQ(old->cards.size(), 1u);
  source->hang(false);
  EXPECT_EQ(look()->problem, "");
}

TEST_F(CardsTest, WhyThereAreNoneIsASentence) {
  source->lose();
  EXPECT_EQ(look()->problem, "The card is lost.");
  EXPECT_TRUE(look()->ram);
  make(nullptr);
  const Picture blind = look();
  EXPECT_THAT(blind->problem, HasSubstr("--gpu-source none"));
  EXPECT_THAT(blind->cards, IsEmpty());
  EXPECT_TRUE(blind->ram);
}

TEST_F(CardsTest, EverythingPassesThrough) {
  const ModelId a("a");
  process::SpawnSpec spec;
  spec.model = a;
  launcher->start(spec, {1});
  launcher->stop({1}, 1s);
  EXPECT_THAT(orders, ElementsAre("start a 1", "stop 1"));
  EXPECT_EQ(launcher->printed({7}), 107u);
  EXPECT_EQ(launcher->cpu_time({7}), Duration(207));
  fake->listener.spawned(a, {1}, 1, {});
  fake->listener.ready(a, {1}, {});
  fake->listener.failed(a, {1}, {});
  fake->listener.ended(a, {1}, {});
  fake->listener.broken(a, {1}, {});
  fake->listener.noted(a, {1}, "");
  fake->listener.exited(a, {1}, {});
  EXPECT_THAT(calls, ElementsAre("spawned", "ready", "failed", "ended", "broken", "noted", "exited"));
}

TEST_F(CardsTest, TheMonitorRemembersAndForgetsWithNewOptions) {
  Monitor monitor(io, *cards, {false, 1ms});
  ASSERT_TRUE(run_until([&] { return monitor.samples()->size() >= 2; }));
  const Samples samples = *monitor.samples();
  EXPECT_EQ(samples[0]->cards->cards.size(), 1u);
  EXPECT_TRUE(samples[0]->busy.empty()) << "nothing to compare with";
  EXPECT_EQ(samples[1]->busy.size(), samples[1]->stats.cores.size());
  EXPECT_TRUE(samples[1]->stats.memory);
  EXPECT_EQ(monitor.samples(samples[0]->taken)->front()->taken, samples[1]->taken) << "strictly newer";
  monitor.set({false, 1h});
  EXPECT_THAT(*monitor.samples(), IsEmpty());
  monitor.set({true, 1h});
  EXPECT_FALSE(monitor.samples());
  monitor.set({true, 1h});
}

TEST_F(CardsTest, TheMonitorKeepsAnHourAtMost) {
  Monitor monitor(io, *cards, {false, 1h});
  EXPECT_THAT(*monitor.samples(), IsEmpty());
  monitor.set({false, 2h});
  EXPECT_THAT(*monitor.samples(), IsEmpty());
}

}  // namespace
}  // namespace paddock::vram
