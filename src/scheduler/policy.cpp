#include "paddock/scheduler/policy.h"

#include <utility>

namespace paddock::scheduler {

Room ExclusivePolicy::make_room(const ModelId& target, const std::vector<ModelId>& running) const {
  Room room;
  for (const ModelId& model : running) {
    if (model != target) room.evict.push_back(model);
  }
  room.cost = room.evict.size();
  return room;
}

GroupPolicy::GroupPolicy(std::vector<Group> groups) : groups_(std::move(groups)) {
  for (const Group& group : groups_) {
    for (const ModelId& member : group.members) group_of_.emplace(member, &group);
  }
}

bool GroupPolicy::must_go(const Group& target, const Group& other) const {
  return &target == &other ? target.swap : target.exclusive && !other.persistent;
}

Room GroupPolicy::make_room(const ModelId& target, const std::vector<ModelId>& running) const {
  const Group& group = *group_of_.at(target);
  Room room;
  for (const ModelId& model : running) {
    if (model != target && must_go(group, *group_of_.at(model))) room.evict.push_back(model);
  }
  room.set = group.name;
  room.cost = room.evict.size();
  return room;
}

MatrixPolicy::MatrixPolicy(matrix::Solver solver, std::vector<ModelId> models, std::vector<std::string> sets)
    : solver_(std::move(solver)), models_(std::move(models)), sets_(std::move(sets)) {
  for (std::uint32_t i = 0; i < models_.size(); ++i) numbers_.emplace(models_[i], i);
}

Room MatrixPolicy::make_room(const ModelId& target, const std::vector<ModelId>& running) const {
  std::vector<std::uint32_t> numbers;
  for (const ModelId& model : running) numbers.push_back(numbers_.at(model));
  const matrix::Plan plan = solver_.solve(numbers_.at(target), numbers);
  Room room;
  for (const std::uint32_t model : plan.evict) room.evict.push_back(models_[model]);
  if (plan.set) room.set = sets_.at(*plan.set);
  room.cost = plan.cost;
  room.exact = plan.exact;
  return room;
}

}  // namespace paddock::scheduler
