#include "shutdown_plan.h"

#include <gtest/gtest.h>

namespace paddock::router {
namespace {

using namespace std::chrono_literals;

TEST(ShutdownPlan, LeavesTimeToReapWhatIsKilled) {
  EXPECT_EQ(kill_after(8s), 7500ms);
  EXPECT_EQ(kill_after(1h), 1h - 500ms);
  EXPECT_EQ(kill_after(2s), 1750ms);
}

TEST(ShutdownPlan, SlowModelsTakeHalfOfTheBudget) { EXPECT_EQ(cut_after(8s, 10s), 4s); }

TEST(ShutdownPlan, QuickModelsLeaveTheRestToTheRequests) { EXPECT_EQ(cut_after(8s, 1s), 6500ms); }

TEST(ShutdownPlan, WithALongBudgetModelsHaveTheirOwnTime) { EXPECT_EQ(cut_after(60s, 10s), 49500ms); }

TEST(ShutdownPlan, IsInOrderForAnyBudget) {
  for (const Duration budget : {Duration(1s), Duration(2s), Duration(8s), Duration(1h)}) {
    for (const Duration unload : {Duration(0s), Duration(1s), Duration(10s), Duration(24h)}) {
      EXPECT_GE(cut_after(budget, unload), budget / 2);
      EXPECT_LE(cut_after(budget, unload), kill_after(budget));
    }
    EXPECT_LT(kill_after(budget), budget);
  }
}

}  // namespace
}  // namespace paddock::router
