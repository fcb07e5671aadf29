#include "watchdog.h"

#include <unistd.h>

#include <string_view>

#include "paddock/base/blocked_signals.h"

namespace paddock::app {

namespace {

// The logger may be what hangs, so this goes around it.
[[noreturn]] void give_up() {
  constexpr std::string_view kMessage = "paddock: the shutdown took too long; leaving at once\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(1);
}

}  // namespace

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    disarmed_ = true;
  }
  condition_.notify_one();
  thread_.join();
}

void Watchdog::arm(Duration limit) {
  if (thread_.joinable()) return;
  const BlockedSignals blocked;
  thread_ = std::thread([this, deadline = steady_now() + limit] { watch(deadline); });
}

void Watchdog::watch(TimePoint deadline) {
  std::unique_lock lock(mutex_);
  if (!condition_.wait_until(lock, deadline, [this] { return disarmed_; })) give_up();
}

}  // namespace paddock::app
