#include "paddock/matrix/solver.h"

#include <algorithm>
#include <utility>

#include "graph.h"
#include "query.h"

namespace paddock::matrix {

Solver::Solver(const Sets& sets, std::vector<std::uint64_t> evict_costs)
    : graph_(std::make_unique<const Graph>(sets, evict_costs.size())), costs_(std::move(evict_costs)) {}

Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;
Solver::~Solver() = default;

Plan Solver::solve(std::uint32_t target, std::span<const std::uint32_t> running) const {
  Plan plan;
  if (std::find(running.begin(), running.end(), target) != running.end()) return plan;
  const auto seen = running.first(std::min(running.size(), kMaxRunning));
  Mask kept = 0;
  if (const auto choice = Query(*graph_, costs_, target, seen).choose()) {
    kept = choice->kept;
    plan.set = choice->set;
    plan.exact = choice->exact && seen.size() == running.size();
  }
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (i < seen.size() && (kept & bit(seen.size() - 1 - i)) != 0) continue;
    plan.evict.push_back(running[i]);
    plan.cost += costs_[running[i]];
  }
  return plan;
}

}  // namespace paddock::matrix
