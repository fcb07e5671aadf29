// EvictionPolicy: which models may be in memory together.
//
// The only place where that is decided; when to evict, and whom to serve first, is the scheduler's business.
// Pure and immutable: the same arguments give the same answer, and nothing is logged.
// To add one: a class here and its choice in app/wire.cpp.
#pragma once

#include <vector>

#include "paddock/base/ids.h"

namespace paddock::scheduler {

class EvictionPolicy {
 public:
  virtual ~EvictionPolicy() = default;
  // Those of `running` (starting, ready or stopping) that must be gone before `target` may start. `target`
  // itself may be among `running` and is never in the answer.
  virtual std::vector<ModelId> evictions(const ModelId& target,
                                         const std::vector<ModelId>& running) const = 0;
};

// One model at a time.
class ExclusivePolicy final : public EvictionPolicy {
 public:
  std::vector<ModelId> evictions(const ModelId& target, const std::vector<ModelId>& running) const override;
};

}  // namespace paddock::scheduler
