#include "number.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace paddock::fit {

namespace {

constexpr Bytes kMost = Bytes{1} << 60;

}  // namespace

Bytes sum(Bytes a, Bytes b) { return std::min(kMost, std::min(a, kMost) + std::min(b, kMost)); }

Bytes product(Bytes a, Bytes b) { return b != 0 && a > kMost / b ? kMost : std::min(kMost, a * b); }

std::uint64_t whole(std::string_view digits) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end.ec == std::errc::result_out_of_range) return kMost;
  return end.ec == std::errc() ? std::min<std::uint64_t>(value, kMost) : 0;
}

double decimal(std::string_view number) {
  std::string text(number.substr(0, 64));
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() ? value : 0;
}

Bytes bytes_of(std::string_view number, double unit) {
  const double bytes = decimal(number) * unit;
  if (!(bytes > 0)) return 0;
  return bytes >= static_cast<double>(kMost) ? kMost : static_cast<Bytes>(bytes + 0.5);
}

double unit_of(std::string_view name) {
  if (name.starts_with('T')) return kGib * 1024;
  return name.starts_with('M') ? kMib : kGib;
}

}  // namespace paddock::fit
