#include "paddock/fit/judgements.h"

#include <utility>

namespace paddock::fit {

void Judgements::put(const ModelId& model, Judgement judgement) {
  auto fresh = std::make_shared<const Judgement>(std::move(judgement));
  const std::lock_guard lock(mutex_);
  auto& last = last_[model];
  // What is replaced is freed after the lock.
  if (!last || last->launch <= fresh->launch) last.swap(fresh);
  changes_.fetch_add(1, std::memory_order_relaxed);
}

std::shared_ptr<const Judgement> Judgements::of(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_.find(model);
  return found == last_.end() ? nullptr : found->second;
}

}  // namespace paddock::fit
