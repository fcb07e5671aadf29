// How speeds are distributed, as llama-swap's page draws them. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace paddock::metrics {

// Bins of equal width from min to max; the last one has its upper end in it. All values alike: one bin of
// width 0.
struct RateBins {
  std::vector<std::int64_t> bins;
  double min = 0, max = 0, bin_size = 0;
  double p50 = 0, p95 = 0, p99 = 0;
};

// Of the values above 0; nothing if there are none.
std::optional<RateBins> bin_rates(std::vector<double> rates);

}  // namespace paddock::metrics
