#include "body_budget.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

using Hold = BodyBudget::Hold;

struct Told final : BodyBudget::Wait {
  void granted() override { told = true; }
  bool told = false;
};

TEST(BodyBudget, WhatIsHeldIsGivenBack) {
  BodyBudget budget;
  {
    Hold hold;
    EXPECT_TRUE(budget.try_take(hold, 60, 100));
    EXPECT_TRUE(budget.try_take(hold, 40, 100));
    EXPECT_FALSE(budget.try_take(hold, 1, 100));
    EXPECT_EQ(hold.bytes(), 100u);
    const Hold moved(std::move(hold));
    EXPECT_EQ(budget.used(), 100u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BodyBudget, TheLineIsServedInItsOrder) {
  BodyBudget budget;
  Hold first, late;
  ASSERT_TRUE(budget.try_take(first, 80, 100));
  const auto large = std::make_shared<Told>(), small = std::make_shared<Told>();
  budget.line_up(large, 90, 100);
  budget.line_up(small, 5, 100);
  EXPECT_FALSE(budget.try_take(late, 5, 100)) << "nobody overtakes";
  EXPECT_FALSE(small->told);
  first.release();
  EXPECT_TRUE(large->told);
  EXPECT_TRUE(small->told);
  EXPECT_EQ(budget.used(), 95u) << "granted is taken";
  Hold one, other;
  EXPECT_FALSE(budget.leave(large));
  budget.claim(one, 90);
  budget.claim(other, 5);
  one.release();
  other.release();
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BodyBudget, WhoLeavesLetsTheOthersPass) {
  BodyBudget budget;
  Hold first;
  ASSERT_TRUE(budget.try_take(first, 80, 100));
  const auto large = std::make_shared<Told>(), small = std::make_shared<Told>();
  budget.line_up(large, 90, 100);
  budget.line_up(small, 20, 100);
  EXPECT_TRUE(budget.leave(large));
  EXPECT_TRUE(small->told);
  EXPECT_FALSE(large->told);
}

TEST(BodyBudget, EachHasItsOwnTotal) {
  BodyBudget budget;
  Hold first, second;
  ASSERT_TRUE(budget.try_take(first, 80, 100));
  EXPECT_FALSE(budget.try_take(second, 1, 50));
  EXPECT_TRUE(budget.try_take(second, 100, 200));
}

}  // namespace
}  // namespace paddock::http
