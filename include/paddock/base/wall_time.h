// The time of day as the API writes it. Any thread.
#pragma once

#include <chrono>
#include <string>

namespace paddock {

using WallTime = std::chrono::system_clock::time_point;

// `2026-01-31T12:00:00.000Z`.
std::string rfc3339(WallTime time);

}  // namespace paddock
