// Sums and products that stop at the largest number: sizes that strangers wrote must not wrap into small
// ones.
#pragma once

#include <cstdint>

namespace paddock::gguf {

inline std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

inline std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

inline std::uint64_t padded(std::uint64_t value, std::uint64_t step) {
  const std::uint64_t over = value % step;
  return over == 0 ? value : plus(value, step - over);
}

}  // namespace paddock::gguf
