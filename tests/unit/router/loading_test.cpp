// How far a load is, as status and queue tell it.
#include "fixture.h"

namespace paddock::router {
namespace {

using namespace std::chrono_literals;

using LoadingTest = Routed;

TEST_F(LoadingTest, IsToldWhileAModelStarts) {
  EXPECT_FALSE(status("a").loading);
  const auto client = acquire("a");
  ASSERT_TRUE(status("a").loading);
  EXPECT_EQ(*status("a").loading, (Loading{"starting", {}, 0s, {}})) << "a launcher that cannot tell";
  launcher->progress = process::LoadProgress{process::LoadStage::kWeights, 62};
  EXPECT_EQ(status("a").loading->stage, "weights");
  EXPECT_EQ(status("a").loading->percent, 62);
  EXPECT_FALSE(status("b").loading);
  ready("a", 1);
  EXPECT_FALSE(status("a").loading);
}

TEST_F(LoadingTest, WhatAnEarlierLoadTookIsExpected) {
  expected_load = [](const ModelId& model) {
    return model == ModelId("a") ? std::optional<Duration>(1500ms) : std::nullopt;
  };
  make({model_options("a"), model_options("b")});
  const auto first = acquire("a");
  EXPECT_EQ(status("a").loading->expected, 2s) << "as others know";
  ready("a", 1);
  first->lease = Lease();
  pump();
  exited("a", 1);
  const auto second = acquire("a");
  EXPECT_EQ(status("a").loading->expected, 1s) << "as it was seen";
}

TEST_F(LoadingTest, ARequestInTheQueueIsToldOfItsOwnModel) {
  launcher->progress = process::LoadProgress{process::LoadStage::kContext, {}};
  const auto loads = acquire("a"), waits = acquire("b");
  Queue queue;
  router->queue([&queue](Queue now) { queue = std::move(now); });
  pump();
  ASSERT_EQ(queue.waiting.size(), 2u);
  for (const WaitingRequest& one : queue.waiting) {
    EXPECT_EQ(one.loading.has_value(), one.model == ModelId("a")) << one.model;
    EXPECT_EQ(one.loading.value_or(Loading()).stage, one.loading ? "context" : "");
  }
}

TEST_F(LoadingTest, AnOverviewHasTheNewestLaunchWithoutItsLog) {
  const auto first = acquire("a");
  ready("a", 1);
  exited("a", 1);
  first->lease = Lease();
  const auto second = acquire("a");
  Status seen;
  router->overview([&seen](Status now) { seen = std::move(now); });
  pump();
  ASSERT_EQ(status("a").launches.size(), 2u);
  ASSERT_EQ(seen.find(ModelId("a"))->launches.size(), 1u);
  EXPECT_EQ(seen.find(ModelId("a"))->launches[0].generation, Generation{2});
  EXPECT_TRUE(seen.find(ModelId("b"))->launches.empty());
}

TEST_F(LoadingTest, ChangesGrowWithWhatHappens) {
  std::uint64_t before = router->changes();
  const auto grew = [&] { return router->changes() > std::exchange(before, router->changes()); };
  status();
  EXPECT_FALSE(grew()) << "asking changes nothing";
  const auto client = acquire("a");
  EXPECT_TRUE(grew());
  launcher->listener.spawned(ModelId("a"), {1}, 4711, {});
  EXPECT_TRUE(grew());
  ready("a", 1);
  EXPECT_TRUE(grew());
  exited("a", 1);
  EXPECT_TRUE(grew());
}

}  // namespace
}  // namespace paddock::router
