// EvictionPolicy: which models may be in memory together.
//
// The only place where that is decided; when to evict, and whom to serve first, is the scheduler's business.
// Pure and immutable: the same arguments give the same answer, and nothing is logged.
// To add one: a class here and its choice in app/wire.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/matrix/solver.h"

namespace paddock::scheduler {

// What it takes to make room for one model.
struct Room {
  std::vector<ModelId> evict;  // in the order of the running models
  std::string set;             // the set or group that says so; empty if none does
  std::uint64_t cost = 0;      // of what is evicted
  bool exact = true;           // false: there may be a cheaper way
  friend bool operator==(const Room&, const Room&) = default;
};

class EvictionPolicy {
 public:
  virtual ~EvictionPolicy() = default;
  // Which of `running` must be gone before `target` may start. `running` is in the order of use, the most
  // recently used first; `target` itself may be among it and is never in the answer.
  virtual Room make_room(const ModelId& target, const std::vector<ModelId>& running) const = 0;

  std::vector<ModelId> evictions(const ModelId& target, const std::vector<ModelId>& running) const {
    return make_room(target, running).evict;
  }
};

// One model at a time.
class ExclusivePolicy final : public EvictionPolicy {
 public:
  Room make_room(const ModelId& target, const std::vector<ModelId>& running) const override;
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
    std::string name{};
  };

  // Every model is in exactly one group.
  explicit GroupPolicy(std::vector<Group> groups);
  GroupPolicy(const GroupPolicy&) = delete;
  GroupPolicy& operator=(const GroupPolicy&) = delete;
  Room make_room(const ModelId& target, const std::vector<ModelId>& running) const override;

 private:
  bool must_go(const Group& target, const Group& other) const;

  std::vector<Group> groups_;
  std::unordered_map<ModelId, const Group*> group_of_;
};

// Models in sets: what the members of a matrix's sets hold together may run together, and room is made at the
// least cost (matrix/solver.h).
class MatrixPolicy final : public EvictionPolicy {
 public:
  // All models, each in the place of its number in the matrix, and the names of its sets in their order.
  MatrixPolicy(matrix::Solver solver, std::vector<ModelId> models, std::vector<std::string> sets);
  Room make_room(const ModelId& target, const std::vector<ModelId>& running) const override;

 private:
  matrix::Solver solver_;
  std::vector<ModelId> models_;
  std::vector<std::string> sets_;
  std::unordered_map<ModelId, std::uint32_t> numbers_;
};

}  // namespace paddock::scheduler
