#include "graph.h"

namespace paddock::matrix {

using Kind = Expression::Kind;

Solver::Graph::Graph(const Sets& sets, std::size_t models)
    : joins_all_(models, 0), roots_(sets.expressions.size()) {
  std::vector<Edge> edges;
  for (const std::uint32_t set : sets.order) roots_[set] = add(sets.expressions[set], edges);
  index_parents(edges);
}

std::uint32_t Solver::Graph::add(const Expression& expression, std::vector<Edge>& edges) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(expression.nodes().size());
  for (const Expression::Node& node : expression.nodes()) {
    if (node.kind == Kind::kModel || node.kind == Kind::kSet) {
      numbers.push_back(node.kind == Kind::kModel ? node.index : roots_[node.index]);
      continue;
    }
    const std::uint32_t number = add_node(node.kind == Kind::kAll);
    for (const std::uint32_t operand : expression.operands(node)) edges.push_back({numbers[operand], number});
    numbers.push_back(number);
  }
  return numbers.empty() ? add_node(false) : numbers.back();
}

std::uint32_t Solver::Graph::add_node(bool joins_all) {
  joins_all_.push_back(joins_all ? 1 : 0);
  return static_cast<std::uint32_t>(joins_all_.size() - 1);
}

void Solver::Graph::index_parents(const std::vector<Edge>& edges) {
  first_parent_.assign(size() + 1, 0);
  for (const Edge& edge : edges) ++first_parent_[edge.operand + 1];
  for (std::size_t i = 1; i < first_parent_.size(); ++i) first_parent_[i] += first_parent_[i - 1];
  parents_.resize(edges.size());
  std::vector<std::uint32_t> next(first_parent_.begin(), first_parent_.end() - 1);
  for (const Edge& edge : edges) parents_[next[edge.operand]++] = edge.node;
}

}  // namespace paddock::matrix
