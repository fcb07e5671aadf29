// Numbers of log lines. They saturate: a line may say anything. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "paddock/fit/report.h"

namespace paddock::fit {

// At most 2^60.
Bytes sum(Bytes a, Bytes b);
Bytes product(Bytes a, Bytes b);

// Digits; 0 for anything else.
std::uint64_t whole(std::string_view digits);
// With a decimal point or, as some locales print it, a comma, and perhaps a sign; 0 for anything else.
double decimal(std::string_view number);
// `number` times the unit.
inline constexpr double kMib = 1 << 20, kGib = 1 << 30, kMegabyte = 1e6;
Bytes bytes_of(std::string_view number, double unit);
// `GiB` or `MiB`.
double unit_of(std::string_view name);

}  // namespace paddock::fit
