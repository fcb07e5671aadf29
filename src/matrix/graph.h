// Graph: all expressions as one, with references resolved and each model standing for itself once. Seen from
// below: a question starts at a few models and looks at what they are part of, never at the rest.
// Nodes are numbered so that operands come before what joins them; models come first, by their numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "paddock/matrix/solver.h"

namespace paddock::matrix {

class Solver::Graph {
 public:
  Graph(const Sets& sets, std::size_t models);

  std::size_t size() const { return joins_all_.size(); }
  // Whether the node needs all its operands; otherwise one. Means nothing for models.
  bool joins_all(std::uint32_t node) const { return joins_all_[node] != 0; }
  // What the node is an operand of, as often as it is.
  std::span<const std::uint32_t> parents(std::uint32_t node) const {
    return std::span(parents_).subspan(first_parent_[node], first_parent_[node + 1] - first_parent_[node]);
  }
  // The whole of each set.
  const std::vector<std::uint32_t>& roots() const { return roots_; }

 private:
  struct Edge {
    std::uint32_t operand;
    std::uint32_t node;
  };

  std::uint32_t add(const Expression& expression, std::vector<Edge>& edges);
  std::uint32_t add_node(bool joins_all);
  void index_parents(const std::vector<Edge>& edges);

  std::vector<std::uint8_t> joins_all_;
  std::vector<std::uint32_t> first_parent_;
  std::vector<std::uint32_t> parents_;
  std::vector<std::uint32_t> roots_;
};

}  // namespace paddock::matrix
