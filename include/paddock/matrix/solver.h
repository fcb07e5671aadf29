// Solver: which running models must go so that another may run.
//
// A model may run with what one member of one set's family holds, or with any part of it. Among the members
// that hold the target the one is taken that is cheapest to get to: the sum of the evict costs of the running
// models outside it. If several cost the same, the set that was defined first wins, and within a set what was
// used more recently is kept: the most recently used model counts first, then the next. A target that no set
// names runs alone.
//
// How it stays fast: families are never multiplied out. Seen from one question, a member is the handful of
// running models that it holds; members that hold no more than another are dropped; and where two parts of a
// formula share no running model each makes its own best choice. What remains grows with the running models
// that the parts of one formula share, not with the number of models, sets or members.
//
// Not when to evict, and not who asks. Immutable once made: any thread, no locks. Nothing here throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "paddock/matrix/sets.h"

namespace paddock::matrix {

struct Plan {
  std::vector<std::uint32_t> evict;  // in the order of `running`
  // The set with the member that holds what stays. Nothing if the target runs already, or if no set names it.
  std::optional<std::size_t> set;
  std::uint64_t cost = 0;  // of what is evicted
  bool exact = true;       // false: what stays may run together, but there may be a cheaper plan

  friend bool operator==(const Plan&, const Plan&) = default;
};

// The plan is exact with this many running models, unless the question takes ten million states: a text has
// to be made for that.
inline constexpr std::size_t kAlwaysExact = 16;
// With more it is exact as long as this many states are enough, otherwise the best that was found.
inline constexpr std::size_t kMaxStates = 100'000;
// With more than these the least recently used beyond them are evicted, and the plan is not exact.
inline constexpr std::size_t kMaxRunning = 127;

class Solver {
 public:
  // One cost, 1 to 2^48, for each model that `sets` can name. A set whose expression is empty allows
  // nothing.
  Solver(const Sets& sets, std::vector<std::uint64_t> evict_costs);
  Solver(Solver&&) noexcept;
  Solver& operator=(Solver&&) noexcept;
  ~Solver();

  // `running`: each model once, the most recently used first. If the target is among them nothing is evicted.
  Plan solve(std::uint32_t target, std::span<const std::uint32_t> running) const;

 private:
  class Graph;
  class Query;

  std::unique_ptr<const Graph> graph_;
  std::vector<std::uint64_t> costs_;
};

}  // namespace paddock::matrix
