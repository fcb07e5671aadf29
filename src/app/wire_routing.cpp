#include "wire_routing.h"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "paddock/matrix/solver.h"

namespace paddock::app {

namespace {

// More than all the models that can run at once may cost together.
constexpr std::uint64_t kPinned = std::uint64_t{1} << 40;

using Policy = std::shared_ptr<const scheduler::EvictionPolicy>;

Policy to_policy(const config::Groups& groups, const std::vector<config::ModelConfig>&) {
  std::vector<scheduler::GroupPolicy::Group> out;
  for (const config::Group& group : groups.groups) {
    out.push_back({group.swap, group.exclusive, group.persistent, group.members, group.name});
  }
  return std::make_shared<const scheduler::GroupPolicy>(std::move(out));
}

// A pinned model is given up by a plan only where there is no other; the scheduler then refuses.
std::vector<std::uint64_t> costs_of(const config::Matrix& matrix,
                                    const std::vector<config::ModelConfig>& models) {
  std::unordered_map<ModelId, int> given;
  for (const config::Matrix::Cost& cost : matrix.costs) given[cost.model] = cost.cost;
  std::vector<std::uint64_t> costs;
  for (const config::ModelConfig& model : models) {
    const auto cost = given.find(model.id);
    const int own = cost != given.end() ? cost->second : 1;
    costs.push_back(model.pin ? kPinned : static_cast<std::uint64_t>(own));
  }
  return costs;
}

Policy to_policy(const config::Matrix& matrix, const std::vector<config::ModelConfig>& all) {
  std::vector<ModelId> models;
  for (const config::ModelConfig& model : all) models.push_back(model.id);
  matrix::Solver solver(config::link_sets(matrix, models), costs_of(matrix, all));
  std::vector<std::string> sets;
  for (const config::Matrix::Set& set : matrix.sets) sets.push_back(set.name);
  return std::make_shared<const scheduler::MatrixPolicy>(std::move(solver), std::move(models),
                                                         std::move(sets));
}

}  // namespace

Policy policy_of(const config::Config& config) {
  return std::visit([&](const auto& router) { return to_policy(router, config.models); },
                    config.routing.router);
}

}  // namespace paddock::app
