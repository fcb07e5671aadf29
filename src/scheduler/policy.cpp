#include "paddock/scheduler/policy.h"

#include <utility>

namespace paddock::scheduler {

std::vector<ModelId> ExclusivePolicy::evictions(const ModelId& target,
                                                const std::vector<ModelId>& running) const {
  std::vector<ModelId> out;
  for (const ModelId& model : running) {
    if (model != target) out.push_back(model);
  }
  return out;
}

GroupPolicy::GroupPolicy(std::vector<Group> groups) : groups_(std::move(groups)) {
  for (const Group& group : groups_) {
    for (const ModelId& member : group.members) group_of_.emplace(member, &group);
  }
}

bool GroupPolicy::must_go(const Group& target, const Group& other) const {
  return &target == &other ? target.swap : target.exclusive && !other.persistent;
}

std::vector<ModelId> GroupPolicy::evictions(const ModelId& target,
                                            const std::vector<ModelId>& running) const {
  const Group& group = *group_of_.at(target);
  std::vector<ModelId> out;
  for (const ModelId& model : running) {
    if (model != target && must_go(group, *group_of_.at(model))) out.push_back(model);
  }
  return out;
}

}  // namespace paddock::scheduler
