// The router's private parts where the whole does not reach them.
#include "event_loop.h"
#include "launches.h"
#include "tests/unit/router/fixture.h"
#include "timers.h"

namespace paddock::router {
namespace {

TEST(EventLoop, QueuesWhatAnEffectCauses) {
  scheduler::Scheduler scheduler({{{ModelId("a")}}}, std::make_unique<scheduler::ExclusivePolicy>());
  std::vector<std::string> seen;
  EventLoop* loop_pointer = nullptr;
  EventLoop loop(scheduler, [&](const scheduler::Effect& effect) {
    if (const auto* start = std::get_if<scheduler::StartProcess>(&effect)) {
      loop_pointer->push(scheduler::ProcessReady{start->model, start->generation});
      seen.push_back("start returned");  // before the grant that it caused
    }
    if (std::holds_alternative<scheduler::Grant>(effect)) seen.push_back("grant");
  });
  loop_pointer = &loop;
  loop.push(scheduler::RequestArrived{{1}, ModelId("a")});
  EXPECT_THAT(seen, ::testing::ElementsAre("start returned", "grant"));
}

TEST(Timers, CancelledAfterTheirTimeDoNotFire) {
  boost::asio::io_context control;
  int fired = 0;
  Timers timers(control, [&fired](scheduler::TimerId) { ++fired; });
  timers.arm({1}, steady_now());
  timers.arm({2}, steady_now());
  timers.cancel({1});
  control.run_for(std::chrono::seconds(5));
  EXPECT_EQ(fired, 1);
}

TEST(Timers, ThatDieDoNotFire) {
  boost::asio::io_context control;
  int fired = 0;
  {
    Timers timers(control, [&fired](scheduler::TimerId) { ++fired; });
    timers.arm({1}, steady_now());
  }
  control.run_for(std::chrono::seconds(5));
  EXPECT_EQ(fired, 0);
}

TEST(Launches, IgnoreWhatTheyDoNotKnow) {
  Launches launches(2);
  launches.spawned({7}, 1, {});
  launches.ready({7}, {"127.0.0.1", 1});
  launches.failed({7}, {});
  launches.stop_ordered({7}, "idle");
  EXPECT_EQ(launches.exited({7}, {}), nullptr);
  EXPECT_TRUE(launches.history(ModelId("a")).empty());
  EXPECT_EQ(launches.recorded(ModelId("a"), {7}), nullptr);
}

}  // namespace
}  // namespace paddock::router
