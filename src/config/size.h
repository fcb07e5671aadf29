// A number of bytes as people write it: `1048576`, `64MiB`. Pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paddock::config {

// Digits, with KiB, MiB or GiB behind them or nothing. Nothing if it is not that, or more than 1024 GiB.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace paddock::config
