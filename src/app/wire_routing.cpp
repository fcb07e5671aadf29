#include "wire_routing.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "paddock/matrix/solver.h"

namespace paddock::app {

namespace {

using Policy = std::shared_ptr<const scheduler::EvictionPolicy>;

Policy to_policy(const config::Groups& groups, std::vector<ModelId>) {
  std::vector<scheduler::GroupPolicy::Group> out;
  for (const config::Group& group : groups.groups) {
    out.push_back({group.swap, group.exclusive, group.persistent, group.members, group.name});
  }
  return std::make_shared<const scheduler::GroupPolicy>(std::move(out));
}

std::vector<int> costs_of(const config::Matrix& matrix, const std::vector<ModelId>& models) {
  std::vector<int> costs(models.size(), 1);
  for (const config::Matrix::Cost& cost : matrix.costs) {
    const auto model = std::find(models.begin(), models.end(), cost.model);
    if (model != models.end()) costs[static_cast<std::size_t>(model - models.begin())] = cost.cost;
  }
  return costs;
}

Policy to_policy(const config::Matrix& matrix, std::vector<ModelId> models) {
  matrix::Solver solver(config::link_sets(matrix, models), costs_of(matrix, models));
  std::vector<std::string> sets;
  for (const config::Matrix::Set& set : matrix.sets) sets.push_back(set.name);
  return std::make_shared<const scheduler::MatrixPolicy>(std::move(solver), std::move(models),
                                                         std::move(sets));
}

}  // namespace

Policy policy_of(const config::Config& config) {
  std::vector<ModelId> models;
  for (const config::ModelConfig& model : config.models) models.push_back(model.id);
  return std::visit([&](const auto& router) { return to_policy(router, std::move(models)); },
                    config.routing.router);
}

}  // namespace paddock::app
