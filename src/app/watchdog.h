// Watchdog ends the process with exit code 1 when a shutdown hangs. Armed once, from then on a thread of its
// own waits: the control thread may be the one that hangs. The children die with the process (parent-death
// signal). Destroying it disarms it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "paddock/base/clock.h"

namespace paddock::app {

class Watchdog {
 public:
  Watchdog() = default;
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // A second call is ignored.
  void arm(Duration limit);

 private:
  void watch(TimePoint deadline);

  std::mutex mutex_;
  std::condition_variable condition_;
  bool disarmed_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace paddock::app
