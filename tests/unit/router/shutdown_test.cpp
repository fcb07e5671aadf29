#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

class Shutdown : public Routed {
 protected:
  void shut_down(Duration grace) {
    router->shutdown(grace, [this] { ++done; });
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

TEST_F(Shutdown, CutsWhenTheGraceIsOver) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(std::chrono::milliseconds(20));
  EXPECT_TRUE(wait_until([this] { return !launcher->stops.empty(); }));
  EXPECT_TRUE(running->lease.upstream()->revoked());
  EXPECT_EQ(launcher->stops[0].grace, std::chrono::seconds(10));
  exited("a", 1);
  EXPECT_EQ(done, 1);
}

TEST_F(Shutdown, AgainShortensTheGrace) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(std::chrono::hours(1));
  shut_down(std::chrono::milliseconds(20));
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

TEST_F(Shutdown, WithZeroCutsButKeepsEachModelsGrace) {
  const auto running = acquire("a");
  ready("a", 1);
  shut_down(Duration::zero());
  ASSERT_EQ(launcher->stops.size(), 1u);
  EXPECT_EQ(launcher->stops[0].grace, std::chrono::seconds(10));
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
