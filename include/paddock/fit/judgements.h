// Judgements keeps the last judgement of each model: of the launch that runs, else of the last one.
//
// Thread-safe; its mutex is a leaf lock. Bounded by the models there are.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "paddock/base/ids.h"
#include "paddock/fit/report.h"
#include "paddock/fit/verdict.h"

namespace paddock::fit {

struct Judgement {
  Generation launch{};
  std::chrono::system_clock::time_point time{};
  Report report{};
  Verdict verdict{};
  std::string warning{};  // a sentence: it runs on another card than was chosen; empty as a rule
};

class Judgements {
 public:
  // One of an older launch than the last is dropped.
  void put(const ModelId& model, Judgement judgement);
  // Null before the first.
  std::shared_ptr<const Judgement> of(const ModelId& model) const;
  // Grows with each judgement that is put.
  std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }

 private:
  mutable std::mutex mutex_;
  std::map<ModelId, std::shared_ptr<const Judgement>> last_;  // guarded by mutex_
  std::atomic<std::uint64_t> changes_{0};
};

}  // namespace paddock::fit
