// Time as the deciders see it: a monotonic point that is handed in, so that tests choose it.
#pragma once

#include <chrono>

namespace paddock {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline TimePoint steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace paddock
