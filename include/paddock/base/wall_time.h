// The time of day as the API writes it. Any thread.
#pragma once

#include <chrono>
#include <string>

#include "paddock/base/clock.h"

namespace paddock {

using WallTime = std::chrono::system_clock::time_point;

// `2026-01-31T12:00:00.000Z`.
std::string rfc3339(WallTime time);

// What the clock on the wall says then, by what both say now.
inline WallTime wall_time(TimePoint time) {
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(time - steady_now());
}

}  // namespace paddock
