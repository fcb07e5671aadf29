#include "paddock/scheduler/policy.h"

namespace paddock::scheduler {

std::vector<ModelId> ExclusivePolicy::evictions(const ModelId& target,
                                                const std::vector<ModelId>& running) const {
  std::vector<ModelId> out;
  for (const ModelId& model : running) {
    if (model != target) out.push_back(model);
  }
  return out;
}

}  // namespace paddock::scheduler
