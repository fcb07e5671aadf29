// Counters: what has been counted since the daemon started, per model, for /metrics.
//
// Only the names of models that the configuration has, or had, may come in: each keeps its series for the
// daemon's life. Thread-safe: one mutex, held for a few additions or for the copy that snapshot() takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "paddock/base/clock.h"
#include "paddock/metrics/row.h"

namespace paddock::metrics {

inline constexpr std::array<double, 14> kSecondBounds{0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1,
                                                      2.5,   5,    10,   30,  60,   180, 600};
inline constexpr std::array<double, 14> kRateBounds{1,   2,   5,    10,   20,   50,    100,
                                                    200, 500, 1000, 2000, 5000, 10000, 20000};

// How often values were at most each bound; beyond the last one: only in `count`.
class Histogram {
 public:
  // The bounds must outlive it; at most 14.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds) {}

  void add(double value);
  std::span<const double> bounds() const { return bounds_; }
  std::uint64_t at(std::size_t bound) const {
    return counts_[bound];
  }  // not above this one, but above that before
  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::array<std::uint64_t, 14> counts_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

struct ModelCounts {
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> errors;  // by code
  std::uint64_t input_tokens = 0, output_tokens = 0, cached_tokens = 0, draft_tokens = 0, draft_accepted = 0;
  std::uint64_t answer_bytes = 0;
  Histogram queue_seconds{kSecondBounds}, load_wait_seconds{kSecondBounds}, ttft_seconds{kSecondBounds},
      duration_seconds{kSecondBounds};
  Histogram prompt_rate{kRateBounds}, generation_rate{kRateBounds};

  Histogram load_seconds{kSecondBounds};               // of launches that became ready
  std::map<std::string, std::uint64_t> starts;         // by reason
  std::map<std::string, std::uint64_t> swaps;          // those of them for which others had to go
  std::map<std::string, std::uint64_t> stops;          // by reason; `swap` and `idle` are evictions
  std::map<std::string, std::uint64_t> failed_starts;  // by class
  std::map<std::string, std::uint64_t> crashes;        // by class
  bool swapping = false;                               // others go for its sake, and it has not started yet
};

class Counters {
 public:
  using PerModel = std::map<std::string, ModelCounts>;

  void finished(const Row& row);
  // `reason`: the router's phrase.
  void starting(const std::string& model, const std::string& reason);
  void ready(const std::string& model, Duration load);
  void failed(const std::string& model, const std::string& failure_class);
  void crashed(const std::string& model, const std::string& failure_class);
  void stopping(const std::string& model, const std::string& reason);

  PerModel snapshot() const;

 private:
  mutable std::mutex mutex_;
  PerModel models_;  // guarded by mutex_
};

}  // namespace paddock::metrics
