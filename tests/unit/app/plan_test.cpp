#include "plan.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>
#include <string>

#include "said.h"
#include "tests/unit/client/fake_daemon.h"

namespace paddock::app {
namespace {

using client::FakeDaemon;

constexpr const char* kPlan =
    R"({"model": "x", "action": "swap", "evict": ["a"], "set": "main", "cost": 3, "reason": "so it is"})";

class PlanTest : public testing::Test {
 protected:
  void SetUp() override { ::unsetenv("PADDOCK_API_KEY"); }
  void TearDown() override { ::unsetenv("PADDOCK_API_KEY"); }

  static Said run(const PlanCommand& command) {
    return said_by([&] { return plan(command); });
  }
};

TEST_F(PlanTest, ShowsTheAnswer) {
  const FakeDaemon daemon(200, kPlan);
  const Said said = run({{daemon.url()}, "x", std::nullopt});
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(said.out, "x: swap\n  evicts: a\n  set:    main\n  cost:   3\n  reason: so it is\n");
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(daemon.asked().target, "/api/plan?model=x");
}

TEST_F(PlanTest, AsksForWhatRunsAndWithTheKeyOfTheEnvironment) {
  const FakeDaemon daemon(200, kPlan);
  ::setenv("PADDOCK_API_KEY", "k", 1);
  EXPECT_EQ(run({{daemon.url()}, "org/x&y", "a b,c"}).code, 0);
  EXPECT_EQ(daemon.asked().target, "/api/plan?model=org%2Fx%26y&running=a%20b%2Cc");
  EXPECT_EQ(daemon.asked().header("Authorization"), "Bearer k");
  EXPECT_EQ(run({{daemon.url()}, "x", ""}).code, 0);
  EXPECT_EQ(daemon.asked().target, "/api/plan?model=x&running=");
}

TEST_F(PlanTest, JsonAsItCame) {
  const FakeDaemon daemon(200, kPlan);
  EXPECT_EQ(run({{daemon.url()}, "x", std::nullopt, true}).out, std::string(kPlan) + "\n");
}

TEST_F(PlanTest, AFailureIsOneLineAndOne) {
  const FakeDaemon daemon(401, "{}");
  const Said said = run({{daemon.url()}, "x", std::nullopt});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_TRUE(said.err.starts_with("paddock: " + daemon.url() + " wants a key; set PADDOCK_API_KEY"))
      << said.err;
  EXPECT_EQ(said.err.find('\n'), said.err.size() - 1);
}

TEST_F(PlanTest, OtherJsonIsNoPlan) {
  const FakeDaemon daemon(200, R"({"status": "ok"})");
  const Said said = run({{daemon.url()}, "x", std::nullopt, true});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_NE(said.err.find("is no plan"), std::string::npos) << said.err;
}

}  // namespace
}  // namespace paddock::app
