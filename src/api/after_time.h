// A time in a query. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace paddock::api {

// RFC 3339, `2026-01-31T12:00:00.5+01:00`; a blank stands for the plus that a client forgot to encode. What
// the clock cannot hold becomes its first or last moment. Nothing if it is no such time.
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text);

}  // namespace paddock::api
