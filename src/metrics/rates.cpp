#include "paddock/metrics/rates.h"

#include <algorithm>
#include <cmath>

namespace paddock::metrics {

namespace {

// Between its two neighbours, as far as it lies between them.
double percentile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::size_t bin_count(std::size_t values) {
  const double bins = std::ceil(std::log2(static_cast<double>(values))) + 1;
  return static_cast<std::size_t>(std::clamp(bins, 5.0, 20.0));
}

}  // namespace

std::optional<RateBins> bin_rates(std::vector<double> rates) {
  std::erase_if(rates, [](double rate) { return !(rate > 0) || !std::isfinite(rate); });
  if (rates.empty()) return std::nullopt;
  std::sort(rates.begin(), rates.end());
  RateBins out;
  out.min = rates.front();
  out.max = rates.back();
  out.p50 = percentile(rates, 0.50);
  out.p95 = percentile(rates, 0.95);
  out.p99 = percentile(rates, 0.99);
  const std::size_t count = out.max > out.min ? bin_count(rates.size()) : 1;
  out.bin_size = (out.max - out.min) / static_cast<double>(count);
  out.bins.assign(count, 0);
  for (const double rate : rates) {
    const double at = out.bin_size > 0 ? (rate - out.min) / out.bin_size : 0;
    ++out.bins[std::min(static_cast<std::size_t>(at), count - 1)];
  }
  return out;
}

}  // namespace paddock::metrics
