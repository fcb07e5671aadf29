#include "paddock/config/routing.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace paddock::config {

namespace {

using Asked = std::unordered_set<std::string_view>;

bool holds(const Group& group, const Asked& asked) {
  std::size_t found = 0;
  for (const ModelId& member : group.members) found += asked.count(member.str());
  return found == asked.size();
}

bool may_run_together(const Groups& groups, const Asked& asked) {
  return std::any_of(groups.groups.begin(), groups.groups.end(),
                     [&](const Group& group) { return !group.swap && holds(group, asked); });
}

// Ids get numbers as they come; what is no variable is an id, because the expressions have been checked.
class Numbers {
 public:
  explicit Numbers(const Matrix& written) {
    for (const Matrix::Var& var : written.vars) vars_.try_emplace(var.name, var.model.str());
  }

  std::uint32_t of_id(std::string_view id) {
    return numbers_.try_emplace(id, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  std::uint32_t of_name(std::string_view name) {
    const auto var = vars_.find(name);
    return of_id(var == vars_.end() ? name : var->second);
  }

 private:
  std::unordered_map<std::string_view, std::string_view> vars_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

matrix::Sets linked(const Matrix& written, Numbers& numbers) {
  std::vector<matrix::Definition> definitions;
  for (const Matrix::Set& set : written.sets) definitions.push_back({set.name, set.expression});
  matrix::Names names;
  names.model = [&](std::string_view name) { return numbers.of_name(name); };
  Result<matrix::Sets, std::vector<matrix::Trouble>> sets = matrix::link(definitions, names);
  // Only a text that was never checked can have troubles; it allows nothing.
  return sets.has_error() ? matrix::Sets() : std::move(*sets);
}

bool may_run_together(const Matrix& written, const Asked& asked) {
  Numbers numbers(written);
  const matrix::Sets sets = linked(written, numbers);
  std::vector<std::uint32_t> models;
  for (const std::string_view id : asked) models.push_back(numbers.of_id(id));
  return matrix::hold_together(sets, models);
}

}  // namespace

matrix::Sets link_sets(const Matrix& matrix, const std::vector<ModelId>& models) {
  Numbers numbers(matrix);
  for (const ModelId& model : models) numbers.of_id(model.str());
  return linked(matrix, numbers);
}

bool may_run_together(const Routing& routing, const std::vector<ModelId>& models) {
  Asked asked;
  for (const ModelId& model : models) asked.insert(model.str());
  if (asked.size() < 2) return true;
  return std::visit([&](const auto& router) { return may_run_together(router, asked); }, routing.router);
}

}  // namespace paddock::config
