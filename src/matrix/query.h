// Query: one question to the graph. Lives for one call of Solver::solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "family.h"
#include "graph.h"

namespace paddock::matrix {

class Solver::Query {
 public:
  // At most kMaxRunning of `running`, without the target.
  Query(const Graph& graph, const std::vector<std::uint64_t>& costs, std::uint32_t target,
        std::span<const std::uint32_t> running);

  struct Choice {
    std::size_t set = 0;
    Mask kept = 0;  // bit(running.size() - 1 - i) for running[i]
    bool exact = true;
  };
  // Nothing if no set names the target.
  std::optional<Choice> choose();

 private:
  // A node of the graph that has models of the question below it.
  struct Part {
    std::uint32_t node = 0;
    std::uint32_t first_operand = 0;
    std::uint32_t operand_count = 0;
    bool needed = false;  // below a set that names the target
    Mask support = 0;     // the models below it
    Mask outer = 0;       // the models beside it, with which it is joined further up
    Family family;
  };
  using Operands = std::span<const std::uint32_t>;

  void find_parts();
  void link_parts();
  void look_up();
  void look_down();
  void evaluate(Part& part);
  Family join_all(const Part& part);
  std::vector<std::uint32_t> joining_order(const Part& part) const;
  Operands operands(const Part& part) const {
    return Operands(operands_).subspan(part.first_operand, part.operand_count);
  }
  const Part* root_of(std::size_t set) const;

  const Graph& graph_;
  Mask target_;
  std::vector<std::uint32_t> asked_;  // models by bit
  Families families_;
  std::vector<std::uint32_t> part_of_;  // by node, one more than the index; 0: none
  std::vector<Part> parts_;             // operands first
  std::vector<std::uint32_t> operands_;
};

}  // namespace paddock::matrix
