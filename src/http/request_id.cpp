#include "request_id.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace paddock::http {

namespace {

std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace

bool is_sane_request_id(std::string_view id) {
  const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), visible);
}

std::array<char, 32> new_request_id() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  thread_local std::mt19937_64 random = seeded();
  std::array<char, 32> id;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i % 16 == 0) bits = random();
    id[i] = kDigits[bits & 15];
    bits >>= 4;
  }
  return id;
}

}  // namespace paddock::http
