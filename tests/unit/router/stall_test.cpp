#include "stall.h"

#include <gtest/gtest.h>

namespace paddock::router {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_zero) { return TimePoint(since_zero); }

// Looked at once a second.
struct StallTest : ::testing::Test {
  std::optional<Duration> look(Duration now) {
    if (!stall.is_quiet(at(now), sent, printed)) return std::nullopt;
    return stall.look(at(now), cpu);
  }
  // The second in which it is found to stand still; 0: it is not.
  template <class Step>
  int seconds_until_stalled(Step step) {
    for (int second = 0; second <= 100; ++second) {
      step(second);
      if (look(std::chrono::seconds(second))) return second;
    }
    return 0;
  }

  Stall stall{10s};
  std::uint64_t sent = 0, printed = 0;
  Duration cpu = 5s;
};

TEST_F(StallTest, NothingAtAllIsAStall) {
  EXPECT_EQ(seconds_until_stalled([](int) {}), 10);
  EXPECT_EQ(look(11s), Duration(11s)) << "for how long";
}

TEST_F(StallTest, ASlowStreamIsNone) {
  EXPECT_EQ(seconds_until_stalled([this](int s) { sent += s % 9 == 0; }), 0);
}

TEST_F(StallTest, ASlowLogIsNone) {
  EXPECT_EQ(seconds_until_stalled([this](int s) { printed += s % 9 == 0; }), 0);
}

TEST_F(StallTest, WorkIsNone) {
  EXPECT_EQ(seconds_until_stalled([this](int) { cpu += 100ms; }), 0);
}

TEST_F(StallTest, WorkNowAndThenIsNone) {
  EXPECT_EQ(seconds_until_stalled([this](int s) { cpu += s % 9 == 0 ? 500ms : 0ms; }), 0);
}

TEST_F(StallTest, WakingUpNowAndThenIsNoWork) {
  EXPECT_EQ(seconds_until_stalled([this](int) { cpu += 9ms; }), 10);
}

TEST_F(StallTest, AProcessThatEndedIsASignOfLife) {
  EXPECT_EQ(seconds_until_stalled([this](int s) { cpu -= s == 8 ? 1s : 0s; }), 18);
}

TEST_F(StallTest, CountsFromTheLastSignOfLife) {
  EXPECT_EQ(seconds_until_stalled([this](int s) { sent += s == 7; }), 17);
}

TEST_F(StallTest, WithNobodyWaitingThereIsNone) {
  for (int second = 0; second <= 9; ++second) EXPECT_EQ(look(std::chrono::seconds(second)), std::nullopt);
  stall.rest();
  EXPECT_EQ(look(50s), std::nullopt) << "the next one begins anew";
  EXPECT_EQ(look(59s), std::nullopt);
  EXPECT_TRUE(look(60s));
}

TEST(StallPeriod, IsAnEighthWithinBounds) {
  EXPECT_EQ(Stall(1s).period(), Duration(250ms));
  EXPECT_EQ(Stall(16s).period(), Duration(2s));
  EXPECT_EQ(Stall(1h).period(), Duration(5s));
}

}  // namespace
}  // namespace paddock::router
