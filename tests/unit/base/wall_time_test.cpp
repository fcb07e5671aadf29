#include "paddock/base/wall_time.h"

#include <gtest/gtest.h>

namespace paddock {
namespace {

TEST(WallTime, TimesAreUtcWithMilliseconds) {
  using std::chrono::milliseconds;
  using WallTime = std::chrono::system_clock::time_point;
  EXPECT_EQ(rfc3339(WallTime(milliseconds(1'767'225'600'007))), "2026-01-01T00:00:00.007Z");
  EXPECT_EQ(rfc3339(WallTime(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace paddock
