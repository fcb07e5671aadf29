// Any text as a time in a query: what is taken for one is within what the clock holds.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "after_time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto time = paddock::api::parse_time({reinterpret_cast<const char*>(data), size});
  using Clock = std::chrono::system_clock;
  if (time && (*time <= Clock::time_point::min() || *time >= Clock::time_point::max())) std::abort();
  return 0;
}
