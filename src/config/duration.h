// A length of time as Go writes it: `1h30m`, `1.5s`, `300ms`. Pure function.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace paddock::config {

// Numbers with a unit (ns, us, ms, s, m, h), a sign in front of them all; `0` needs no unit. Nothing if it is
// not that, or longer than 30 years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace paddock::config
