#include "size.h"

#include <charconv>
#include <system_error>
#include <utility>

namespace paddock::config {

namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 40;

constexpr std::pair<std::string_view, unsigned> kUnits[] = {{"", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc()) return std::nullopt;
  const std::string_view word = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [unit, shift] : kUnits) {
    if (unit != word) continue;
    if (number > kMost >> shift) return std::nullopt;
    return number << shift;
  }
  return std::nullopt;
}

}  // namespace paddock::config
