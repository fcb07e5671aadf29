#include "plan_text.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

TEST(PlanText, ARefusalEvictsNobody) {
  EXPECT_EQ(plan_text(R"({"model":"x","action":"refuse","evict":["a"],"cost":0,"reason":"a is pinned"})"),
            "x: refuse\n  reason: a is pinned\n");
}

TEST(PlanText, ASwap) {
  EXPECT_EQ(
      plan_text(R"({"model":"x","action":"swap","evict":["a","org/b 2"],"set":"main","cost":3,"exact":true,
                          "reason":"for x, a goes, by 'main', at a cost of 3"})"),
      "x: swap\n"
      "  evicts: a, org/b 2\n"
      "  set:    main\n"
      "  cost:   3\n"
      "  reason: for x, a goes, by 'main', at a cost of 3\n");
}

TEST(PlanText, WhatMeansNothingIsLeftOut) {
  EXPECT_EQ(plan_text(R"({"model":"x","action":"serve","evict":[],"set":null,"cost":0,"exact":true,)"
                      R"("reason":"x runs"})"),
            "x: serve\n  reason: x runs\n");
  EXPECT_EQ(plan_text(R"({"model":"x","action":"load"})"), "x: load\n");
  EXPECT_EQ(plan_text(R"({"model":"x","action":"load","evict":3,"set":[],"cost":"1","reason":{}})"),
            "x: load\n");
}

TEST(PlanText, ACostThatIsNotTheLeastSaysSo) {
  EXPECT_EQ(plan_text(R"({"model":"x","action":"swap","evict":["a"],"cost":3,"exact":false})"),
            "x: swap\n  evicts: a\n  cost:   3 (there may be a cheaper plan)\n");
}

TEST(PlanText, NamesAreWholeAndCannotSteerTheTerminal) {
  const std::string long_id(700, 'm');
  EXPECT_EQ(plan_text(R"({"model":")" + long_id + R"(","action":"load"})"), long_id + ": load\n");
  EXPECT_EQ(plan_text(R"({"model":"a\u001b[2J","action":"swap","evict":["b\n"]})"),
            "a\\x1b[2J: swap\n  evicts: b\\x0a\n");
}

TEST(PlanText, WhatIsNoPlan) {
  for (const char* json : {"", "[]", "null", "{}", R"({"model":"x"})", R"({"action":"load"})",
                           R"({"model":1,"action":"load"})", R"({"model":"x","action":null})"}) {
    EXPECT_EQ(plan_text(json), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace paddock::app
