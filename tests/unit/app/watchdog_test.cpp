#include "watchdog.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace paddock::app {
namespace {

// Waits for an end that only the watchdog can bring.
[[noreturn]] void hang_forever() {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (;;) never.wait(lock);
}

TEST(WatchdogDeathTest, EndsAHangingShutdown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Watchdog watchdog;
        watchdog.arm(std::chrono::milliseconds(10));
        hang_forever();
      },
      testing::ExitedWithCode(1), "the shutdown took too long");
}

TEST(Watchdog, DisarmedByItsEnd) {
  Watchdog watchdog;
  watchdog.arm(std::chrono::hours(1));
  watchdog.arm(std::chrono::milliseconds(0));  // ignored: the process goes on
}

TEST(Watchdog, NeverArmed) { Watchdog watchdog; }

}  // namespace
}  // namespace paddock::app
