// A model that dies again and again: requests are told so, and only people start it.
#include "brake.h"

#include <chrono>

#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

using process::FailureClass;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(BackOff, IsASecondAtLeastAndMinutesAtMost) {
  for (int i = 0; i <= static_cast<int>(FailureClass::kUnknown); ++i) {
    const scheduler::Backoff backoff = back_off(static_cast<FailureClass>(i));
    EXPECT_GE(backoff.first, 1s) << i;
    EXPECT_GT(backoff.most, backoff.first) << i;
    EXPECT_LE(backoff.most, 5min) << i;
  }
}

TEST(BackOff, IsLongerForWhatNeedsAPerson) {
  EXPECT_GT(back_off(FailureClass::kBadFlag).first, back_off(FailureClass::kOutOfVram).first);
  EXPECT_GT(back_off(FailureClass::kFileMissing).most, back_off(FailureClass::kPortTaken).most);
}

struct CrashLoop : Routed {
  // A start by a request that fails.
  void fail_once(FailureClass kind) {
    acquire("a");
    const std::uint64_t generation = launcher->starts.back().generation.value;
    failed("a", generation, kind);
    exited("a", generation, {3, {}});
  }
};

TEST_F(CrashLoop, TellsWhyAndUntilWhen) {
  fail_once(FailureClass::kBadFlag);
  const auto client = acquire("a");
  ASSERT_EQ(client->answers, 1);
  const RouteError& error = *client->error;
  EXPECT_EQ(error.code, RejectCode::kCrashLoop);
  EXPECT_EQ(error.retry_after, 5s);
  EXPECT_EQ(error.message,
            "model a is not started again for 5 s, because it failed; POST /api/models/a/load tries now. The "
            "last time: exit code 3 before it was ready");
  EXPECT_EQ(error.detail.kind, "bad_flag");
  EXPECT_EQ(error.detail.exit, 3);
  EXPECT_EQ(error.detail.line, "error: no such option");
  EXPECT_EQ(launcher->starts.size(), 1u);
  EXPECT_EQ(status("a").launches.size(), 1u) << "a refusal is no launch";
}

TEST_F(CrashLoop, ALoadTriesAtOnce) {
  fail_once(FailureClass::kBadFlag);
  Ended load;
  router->load(ModelId("a"), load.handler());
  const auto client = acquire("a");
  ASSERT_EQ(launcher->starts.size(), 2u);
  EXPECT_EQ(client->answers, 0) << "it joins the load";
  ready("a", 2);
  EXPECT_TRUE(load.ok());
  EXPECT_TRUE(client->lease);
}

TEST_F(CrashLoop, OtherModelsAreServed) {
  fail_once(FailureClass::kOutOfVram);
  acquire("b");
  EXPECT_EQ(launcher->starts.size(), 2u);
}

TEST_F(CrashLoop, CountsCrashesOfModelsThatNeverServed) {
  for (std::uint64_t generation = 1; generation <= 2; ++generation) {
    const auto client = acquire("a");
    ready("a", generation);
    EXPECT_TRUE(client->lease) << generation;
    exited("a", generation, {{}, 6});
  }
  const auto client = acquire("a");
  ASSERT_EQ(client->answers, 1);
  EXPECT_EQ(client->error->code, RejectCode::kCrashLoop);
  EXPECT_THAT(client->error->message, HasSubstr("it failed 2 times in a row"));
  EXPECT_THAT(client->error->message, HasSubstr("it ended by itself with signal 6 (SIGABRT)"));
  EXPECT_EQ(client->error->detail.kind, "signal");
}

TEST_F(CrashLoop, AModelThatHasServedIsInNone) {
  for (std::uint64_t generation = 1; generation <= 5; ++generation) {
    const auto client = acquire("a");
    ready("a", generation);
    ASSERT_TRUE(client->lease);
    client->lease.upstream()->mark_served();
    exited("a", generation, {{}, 9});
  }
}

}  // namespace
}  // namespace paddock::router
