// PipePace says of one pipe when its reader goes by wake-ups and when by the clock.
//
// Each wake-up costs the writer more than the line that it writes, so a pipe that wakes its reader again and
// again within a millisecond is better read once in a while. Pure: what happens goes in, with its time. One
// thread.
#pragma once

#include <cstddef>

#include "paddock/base/clock.h"

namespace paddock::process {

class PipePace {
 public:
  // How soon a wake-up must follow another to count, and how many of them in a row make a flood.
  static constexpr Duration kSoon = std::chrono::milliseconds(1);
  static constexpr int kFlood = 4;
  // So many naps in a row that found nothing end it.
  static constexpr int kQuietNaps = 20;

  // The pipe woke its reader. True: read it by the clock from now on.
  bool woken(TimePoint now) {
    soon_ = now - last_ < kSoon ? soon_ + 1 : 0;
    last_ = now;
    quiet_ = 0;
    return soon_ >= kFlood;
  }

  // It was read after a nap. False: go by wake-ups again.
  bool napped(std::size_t taken) {
    quiet_ = taken > 0 ? 0 : quiet_ + 1;
    if (quiet_ < kQuietNaps) return true;
    soon_ = 0;
    return false;
  }

  // A pipe of this size holds what a writer of 1 GB/s writes meanwhile; no nap for one that filled half of
  // it.
  static Duration nap(std::size_t capacity, std::size_t taken) {
    return taken > capacity / 2 ? Duration(0) : std::chrono::nanoseconds(capacity);
  }

 private:
  TimePoint last_{};
  int soon_ = 0;
  int quiet_ = 0;
};

}  // namespace paddock::process
