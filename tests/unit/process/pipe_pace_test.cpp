#include "pipe_pace.h"

#include <gtest/gtest.h>

namespace paddock::process {
namespace {

using namespace std::chrono_literals;

class PipePaceTest : public ::testing::Test {
 protected:
  bool woken_after(Duration pause) { return pace_.woken(now_ += pause); }
  bool flood() {
    bool naps = false;
    for (int i = 0; i <= PipePace::kFlood; ++i) naps = woken_after(10us);
    return naps;
  }

  PipePace pace_;
  TimePoint now_{1h};
};

TEST_F(PipePaceTest, LinesNowAndThenAreReadAtOnce) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(woken_after(1ms));
}

TEST_F(PipePaceTest, AFewAtOnceAreNoFlood) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(woken_after(5ms));
    for (int more = 1; more < PipePace::kFlood; ++more) EXPECT_FALSE(woken_after(1us));
  }
}

TEST_F(PipePaceTest, AFloodIsReadByTheClockUntilItIsOver) {
  EXPECT_TRUE(flood());
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(pace_.napped(200'000));
  for (int i = 1; i < PipePace::kQuietNaps; ++i) EXPECT_TRUE(pace_.napped(0));
  EXPECT_TRUE(pace_.napped(1)) << "it was only a pause";
  for (int i = 1; i < PipePace::kQuietNaps; ++i) EXPECT_TRUE(pace_.napped(0));
  EXPECT_FALSE(pace_.napped(0));
  EXPECT_FALSE(woken_after(10us)) << "what is woken again begins anew";
  EXPECT_TRUE(flood());
}

TEST(PipePaceNap, IsAsLongAsThePipeIsDeep) {
  EXPECT_EQ(PipePace::nap(1 << 20, 0), Duration(1 << 20));
  EXPECT_EQ(PipePace::nap(64 << 10, 32 << 10), Duration(64 << 10));
  EXPECT_EQ(PipePace::nap(64 << 10, (32 << 10) + 1), Duration(0)) << "a writer may be waiting";
}

}  // namespace
}  // namespace paddock::process
