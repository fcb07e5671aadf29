#include "paddock/metrics/counters.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace paddock::metrics {

namespace {

constexpr std::string_view kSwap = "swap to ";

void add(std::uint64_t& sum, std::int64_t value) {
  if (value > 0) sum += static_cast<std::uint64_t>(value);
}

void add_ms(Histogram& histogram, std::int64_t ms) {
  if (ms >= 0) histogram.add(static_cast<double>(ms) / 1000);
}

void add_rate(Histogram& histogram, double rate) {
  if (rate > 0) histogram.add(rate);
}

}  // namespace

void Histogram::add(double value) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  if (bound != bounds_.end()) ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
  ++count_;
  sum_ += value;
}

void Counters::finished(const Row& row) {
  const std::lock_guard lock(mutex_);
  ModelCounts& model = models_[row.model];
  ++model.requests;
  if (!row.code.empty()) ++model.errors[row.code];
  add(model.input_tokens, row.usage.input);
  add(model.output_tokens, row.usage.output);
  add(model.cached_tokens, row.usage.cached);
  add(model.draft_tokens, row.usage.draft);
  add(model.draft_accepted, row.usage.draft_accepted);
  add(model.answer_bytes, row.bytes);
  add_ms(model.queue_seconds, row.queue_ms);
  add_ms(model.load_wait_seconds, row.load_ms);
  add_ms(model.ttft_seconds, row.ttft_ms);
  add_ms(model.duration_seconds, row.duration_ms);
  add_rate(model.prompt_rate, row.usage.prompt_rate);
  add_rate(model.generation_rate, row.usage.generation_rate);
}

void Counters::starting(const std::string& model, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  ModelCounts& counts = models_[model];
  ++counts.starts[reason];
  if (std::exchange(counts.swapping, false)) ++counts.swaps[reason];
}

void Counters::ready(const std::string& model, Duration load) {
  const std::lock_guard lock(mutex_);
  models_[model].load_seconds.add(std::chrono::duration<double>(load).count());
}

void Counters::failed(const std::string& model, const std::string& failure_class) {
  const std::lock_guard lock(mutex_);
  ++models_[model].failed_starts[failure_class];
}

void Counters::crashed(const std::string& model, const std::string& failure_class) {
  const std::lock_guard lock(mutex_);
  ++models_[model].crashes[failure_class];
}

// A reason that names a model would be a series for each pair of models.
void Counters::stopping(const std::string& model, const std::string& reason) {
  const bool swap = reason.starts_with(kSwap);
  const std::lock_guard lock(mutex_);
  ++models_[model].stops[swap ? "swap" : reason];
  if (swap) models_[reason.substr(kSwap.size())].swapping = true;
}

Counters::PerModel Counters::snapshot() const {
  const std::lock_guard lock(mutex_);
  return models_;
}

}  // namespace paddock::metrics
