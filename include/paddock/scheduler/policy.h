// EvictionPolicy: which models may be in memory together.
//
// The only place where that is decided; when to evict, and whom to serve first, is the scheduler's business.
// Pure and immutable: the same arguments give the same answer, and nothing is logged.
// To add one: a class here and its choice in app/wire.cpp.
#pragma once

#include <unordered_map>
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

// Models in groups. Loading a model evicts
//   - the others of its group, if the group swaps;
//   - those of other groups, if its group is exclusive and theirs is not persistent.
// Only the group of the target is asked whether it is exclusive: loading a model of a group that is not never
// stops anybody outside it.
class GroupPolicy final : public EvictionPolicy {
 public:
  struct Group {
    bool swap = true;
    bool exclusive = true;
    bool persistent = false;
    std::vector<ModelId> members;
  };

  // Every model is in exactly one group.
  explicit GroupPolicy(std::vector<Group> groups);
  GroupPolicy(const GroupPolicy&) = delete;
  GroupPolicy& operator=(const GroupPolicy&) = delete;
  std::vector<ModelId> evictions(const ModelId& target, const std::vector<ModelId>& running) const override;

 private:
  bool must_go(const Group& target, const Group& other) const;

  std::vector<Group> groups_;
  std::unordered_map<ModelId, const Group*> group_of_;
};

}  // namespace paddock::scheduler
