#include "keep_alive.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace paddock::ollama {

namespace {

using std::chrono::milliseconds;

constexpr double kMostSeconds = 100.0 * 365 * 24 * 3600;

KeepAlive from_seconds(double seconds) {
  if (seconds < 0) return {true, milliseconds(0)};
  return {false, milliseconds(static_cast<std::int64_t>(std::min(seconds, kMostSeconds) * 1000))};
}

// How many seconds the unit at the beginning of `text` has; it is taken off.
std::optional<double> take_unit(std::string_view& text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1e-3}, {"ns", 1e-9}, {"us", 1e-6}, {"\u00b5s", 1e-6}, {"s", 1}, {"m", 60}, {"h", 3600},
  };
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.starts_with(unit)) continue;
    text.remove_prefix(unit.size());
    return seconds;
  }
  return std::nullopt;
}

std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  // A sign in the middle, `inf` and `nan` would be taken as well.
  const bool is_number = !text.empty() && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
  if (!is_number || error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return value;
}

// Go's form; a number alone, which Go refuses, is taken as seconds.
std::optional<double> duration(std::string_view text) {
  const bool below_zero = text.starts_with('-');
  if (below_zero || text.starts_with('+')) text.remove_prefix(1);
  double seconds = 0;
  bool first = true;
  do {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const auto unit = first && text.empty() ? std::optional<double>(1) : take_unit(text);
    if (!unit) return std::nullopt;
    seconds += *number * *unit;
    first = false;
  } while (!text.empty());
  return below_zero ? -seconds : seconds;
}

}  // namespace

std::optional<KeepAlive> read_keep_alive(const Json& json, Reader& reader) {
  const Json* value = find(json, "keep_alive");
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return from_seconds(value->get<double>());
  const auto seconds =
      value->is_string() ? duration(value->get_ref<const std::string&>()) : std::optional<double>();
  if (seconds) return from_seconds(*seconds);
  reader.fail("keep_alive must be a number of seconds or a duration like 5m");
  return std::nullopt;
}

}  // namespace paddock::ollama
