#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

class Shutdown : public Routed {
 protected:
  void shut_down(Duration budget) {
    router->shutdown(budget, [this] { ++done; });
    pump();
  }
  int done = 0;
};

TEST_F(Shutdown, OfAnIdleRouterIsDoneAtOnce) {
  shut_down(std::chrono::seconds(30));
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(status().shutting_down);
}

TEST_F(Shutdown, LetsRequestsFinishAndRejectsTheRest) {
  const auto running = acquire("a");
  ready("a", 1);
  const auto waiting = acquire("b");
  shut_down(std::chrono::seconds(30));
  const auto late = acquire("a");
  EXPECT_EQ(waiting->error->code, RejectCode::kShuttingDown);
  EXPECT_EQ(late->error->code, RejectCode::kShuttingDown);
  EXPECT_TRUE(launcher->stops.empty());
  finish(running);
  ASSERT_EQ(launcher->stops.size(), 1u);
  EXPECT_EQ(done, 0);
  exited("a", 1);
  EXPECT_EQ(done, 1);
}

TEST_F(Shutdown, StopsIdleModelsWhileOthersStillAnswer) {
  make({model_options("a"), model_options("b")}, together());
  const auto running = acquire("a"), through = acquire("b");
  ready("a", 1);
  ready("b", 2);
  finish(through);
  shut_down(std::chrono::seconds(40));
  ASSERT_EQ(launcher->stops.size(), 1u);
  EXPECT_EQ(launcher->stops[0].generation, Generation{2});
  EXPECT_EQ(launcher->stops[0].grace, std::chrono::seconds(10)) << "its own time";
  EXPECT_FALSE(running->lease.upstream()->revoked());
}

TEST_F(Shutdown, CutsWhenTheModelsNeedTheRestOfTheBudget) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(std::chrono::milliseconds(400));
  EXPECT_TRUE(wait_until([this] { return !launcher->stops.empty(); }));
  EXPECT_TRUE(running->lease.upstream()->revoked());
  EXPECT_LE(launcher->stops[0].grace, std::chrono::milliseconds(150)) << "up to kill_after, not its own 10 s";
  exited("a", 1);
  EXPECT_EQ(done, 1);
}

TEST_F(Shutdown, AgainShortensTheBudget) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(std::chrono::hours(1));
  shut_down(std::chrono::milliseconds(40));
  shut_down(std::chrono::hours(1));
  EXPECT_TRUE(wait_until([this] { return !launcher->stops.empty(); }));
  exited("a", 1);
  EXPECT_EQ(done, 3);
}

TEST_F(Shutdown, AgainWithZeroHurries) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(std::chrono::hours(1));
  shut_down(Duration::zero());
  ASSERT_EQ(launcher->stops.size(), 1u);
  EXPECT_EQ(launcher->stops[0].grace, std::chrono::seconds(1));
  shut_down(Duration::zero());  // also for a model that was told to stop before
  EXPECT_EQ(launcher->stops.size(), 2u);
  exited("a", 1);
  EXPECT_EQ(done, 3);
}

TEST_F(Shutdown, ShortensStopsThatHadBegun) {
  const auto running = acquire("a");
  ready("a", 1);
  finish(running);
  const auto other = acquire("b");  // which takes the place of a
  ASSERT_EQ(launcher->stops.size(), 1u);
  shut_down(std::chrono::seconds(2));
  ASSERT_EQ(launcher->stops.size(), 2u);
  EXPECT_EQ(launcher->stops[1].generation, Generation{1});
  EXPECT_LE(launcher->stops[1].grace, std::chrono::milliseconds(1750));
}

TEST_F(Shutdown, ByDestructionAnswersWhoWaits) {
  const auto waiting = acquire("a");
  const auto posted = std::make_shared<Client>();
  router->acquire(ModelId("a"), posted);  // not yet seen by the control thread
  stop_router();
  EXPECT_EQ(waiting->error->code, RejectCode::kShuttingDown);
  EXPECT_EQ(posted->error->code, RejectCode::kShuttingDown);
}

}  // namespace
}  // namespace paddock::router
