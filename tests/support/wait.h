// Deadlines of tests. Nothing sleeps a guessed time: a wait ends when its condition holds or its deadline
// passes.
#pragma once

#include <poll.h>

#include <chrono>

namespace paddock::test {

using Clock = std::chrono::steady_clock;
using Millis = std::chrono::milliseconds;

// For everything that should simply work; long, because machines of CI are slow, sanitizers slower, and what the
// daemon does with a low priority (reading ahead, lines of a flood) waits for all else.
inline constexpr Millis kPatience{30'000};

class Deadline {
 public:
  explicit Deadline(Millis time) : end_(Clock::now() + time) {}
  bool passed() const { return Clock::now() >= end_; }
  // For poll(2): at least 0.
  int left_ms() const {
    const auto left = std::chrono::ceil<Millis>(end_ - Clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }

 private:
  Clock::time_point end_;
};

// Asks again and again, with a breath between, until the condition holds or the time is over; answers
// whether it holds.
template <class Condition>
bool eventually(Condition condition, Millis time = kPatience) {
  const Deadline deadline(time);
  while (!condition()) {
    if (deadline.passed()) return condition();
    ::poll(nullptr, 0, 1);
  }
  return true;
}

inline double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace paddock::test
