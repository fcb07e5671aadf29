#include "duration.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace paddock::config {

namespace {

constexpr double kMaxNanoseconds = 30.0 * 365 * 86400 * 1e9;

constexpr std::pair<std::string_view, double> kUnits[] = {
    {"ns", 1},   {"us", 1e3}, {"\u00b5s", 1e3}, {"\u03bcs", 1e3},
    {"ms", 1e6}, {"s", 1e9},  {"m", 60e9},      {"h", 3600e9},
};

bool is_number_byte(char c) { return (c >= '0' && c <= '9') || c == '.'; }

std::optional<double> take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_number_byte);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  double number = 0;
  const auto [parsed, trouble] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  if (trouble != std::errc() || parsed != digits.data() + digits.size()) return std::nullopt;
  text.remove_prefix(digits.size());
  return number;
}

std::optional<double> take_unit(std::string_view& text) {
  const auto end = std::find_if(text.begin(), text.end(), is_number_byte);
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  for (const auto& [unit, nanoseconds] : kUnits) {
    if (unit != word) continue;
    text.remove_prefix(word.size());
    return nanoseconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const std::optional<double> number = take_number(text);
    const std::optional<double> unit = number ? take_unit(text) : std::nullopt;
    if (!unit) return std::nullopt;
    sum += *number * *unit;
  }
  if (!(sum <= kMaxNanoseconds)) return std::nullopt;
  return std::chrono::nanoseconds(std::llround(negative ? -sum : sum));
}

}  // namespace paddock::config
