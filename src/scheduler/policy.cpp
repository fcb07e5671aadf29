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

MatrixPolicy::MatrixPolicy(matrix::Solver solver, std::vector<ModelId> models)
    : solver_(std::move(solver)), models_(std::move(models)) {
  for (std::uint32_t i = 0; i < models_.size(); ++i) numbers_.emplace(models_[i], i);
}

std::vector<ModelId> MatrixPolicy::evictions(const ModelId& target,
                                             const std::vector<ModelId>& running) const {
  std::vector<std::uint32_t> numbers;
  for (const ModelId& model : running) numbers.push_back(numbers_.at(model));
  std::vector<ModelId> out;
  for (const std::uint32_t model : solver_.solve(numbers_.at(target), numbers).evict) {
    out.push_back(models_[model]);
  }
  return out;
}

}  // namespace paddock::scheduler
