#include "query.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace paddock::matrix {

namespace {

constexpr std::size_t kMaxStatesOfFew = 10'000'000;
// More operands than these are joined as they come.
constexpr std::size_t kMaxOrdered = 128;

// The target weighs more than all others, so that what holds it is always better than what does not.
std::vector<std::uint64_t> weights(const std::vector<std::uint64_t>& costs,
                                   const std::vector<std::uint32_t>& asked) {
  std::vector<std::uint64_t> out;
  std::uint64_t sum = 1;
  for (std::size_t i = 0; i + 1 < asked.size(); ++i) {
    out.push_back(costs[asked[i]]);
    sum += out.back();
  }
  out.push_back(sum);
  return out;
}

std::vector<std::uint32_t> by_bit(std::uint32_t target, std::span<const std::uint32_t> running) {
  std::vector<std::uint32_t> out(running.rbegin(), running.rend());
  out.push_back(target);
  return out;
}

}  // namespace

Solver::Query::Query(const Graph& graph, const std::vector<std::uint64_t>& costs, std::uint32_t target,
                     std::span<const std::uint32_t> running)
    : graph_(graph),
      target_(bit(running.size())),
      asked_(by_bit(target, running)),
      families_(weights(costs, asked_), running.size() <= kAlwaysExact ? kMaxStatesOfFew : kMaxStates) {}

std::optional<Solver::Query::Choice> Solver::Query::choose() {
  find_parts();
  link_parts();
  look_up();
  look_down();
  for (Part& part : parts_) {
    if (part.needed) evaluate(part);
  }
  std::optional<Choice> out;
  Worth best;
  for (std::size_t set = 0; set < graph_.roots().size(); ++set) {
    const Part* root = root_of(set);
    if (!root || (root->support & target_) == 0) continue;
    const Worth found = families_.worth(families_.best(root->family));
    if (out && found.weight <= best.weight) continue;
    best = found;
    out = {set, found.mask & ~target_, true};
  }
  if (out) out->exact = families_.exact();
  return out;
}

// All nodes above the models of the question.
void Solver::Query::find_parts() {
  part_of_.assign(graph_.size(), 0);
  std::vector<std::uint32_t> open = asked_;
  for (const std::uint32_t model : asked_) part_of_[model] = 1;
  while (!open.empty()) {
    const std::uint32_t node = open.back();
    open.pop_back();
    for (const std::uint32_t parent : graph_.parents(node)) {
      if (std::exchange(part_of_[parent], 1) == 0) open.push_back(parent);
    }
  }
  for (std::uint32_t node = 0; node < part_of_.size(); ++node) {
    if (part_of_[node] == 0) continue;
    parts_.emplace_back().node = node;
    part_of_[node] = static_cast<std::uint32_t>(parts_.size());
  }
}

void Solver::Query::link_parts() {
  std::size_t edges = 0;
  for (const Part& part : parts_) {
    for (const std::uint32_t parent : graph_.parents(part.node)) {
      ++parts_[part_of_[parent] - 1].operand_count;
      ++edges;
    }
  }
  operands_.resize(edges);
  std::uint32_t first = 0;
  for (Part& part : parts_) part.first_operand = std::exchange(first, first + part.operand_count);
  std::vector<std::uint32_t> next(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) next[i] = parts_[i].first_operand;
  for (std::uint32_t i = 0; i < parts_.size(); ++i) {
    for (const std::uint32_t parent : graph_.parents(parts_[i].node)) {
      operands_[next[part_of_[parent] - 1]++] = i;
    }
  }
}

void Solver::Query::look_up() {
  for (std::size_t i = 0; i < asked_.size(); ++i) parts_[part_of_[asked_[i]] - 1].support = bit(i);
  for (Part& part : parts_) {
    for (const std::uint32_t operand : operands(part)) part.support |= parts_[operand].support;
  }
}

// A part that stands in several places is evaluated once, for all of them together.
void Solver::Query::look_down() {
  for (const std::uint32_t root : graph_.roots()) {
    if (part_of_[root] == 0) continue;
    Part& part = parts_[part_of_[root] - 1];
    if ((part.support & target_) != 0) part.needed = true;
  }
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    if (!part->needed) continue;
    Mask once = 0, twice = 0;
    for (const std::uint32_t operand : operands(*part)) {
      twice |= once & parts_[operand].support;
      once |= parts_[operand].support;
    }
    for (const std::uint32_t i : operands(*part)) {
      Part& operand = parts_[i];
      operand.needed = true;
      operand.outer |= part->outer;
      if (graph_.joins_all(part->node)) operand.outer |= twice | (once & ~operand.support);
    }
  }
}

// Operands that have no model of the question hold nothing: they add nothing to a product, and nothing is no
// better than what any other alternative holds.
void Solver::Query::evaluate(Part& part) {
  if (part.operand_count == 0) {
    part.family = {{part.support, {}}};
    return families_.prune(part.family, part.outer);
  }
  if (graph_.joins_all(part.node)) {
    part.family = join_all(part);
    return;
  }
  for (const std::uint32_t operand : operands(part)) families_.unite(part.family, parts_[operand].family);
  families_.prune(part.family, part.outer);
}

// What the operands still to come cannot set is settled as soon as it can be.
Family Solver::Query::join_all(const Part& part) {
  const std::vector<std::uint32_t> order = joining_order(part);
  std::vector<Mask> to_come(order.size(), 0);
  for (std::size_t i = order.size(); i-- > 1;) to_come[i - 1] = to_come[i] | parts_[order[i]].support;
  Family family{{}};
  for (std::size_t i = 0; i < order.size(); ++i) {
    family = families_.join(std::move(family), parts_[order[i]].family, part.outer | to_come[i]);
  }
  return family;
}

// Next is always the operand that leaves the fewest models unsettled, if possible one that shares some.
std::vector<std::uint32_t> Solver::Query::joining_order(const Part& part) const {
  std::vector<std::uint32_t> order(operands(part).begin(), operands(part).end());
  if (order.size() > kMaxOrdered) return order;
  Mask joined = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    Mask once = 0, twice = 0;
    for (std::size_t i = at; i < order.size(); ++i) {
      twice |= once & parts_[order[i]].support;
      once |= parts_[order[i]].support;
    }
    std::size_t next = at;
    int least = std::numeric_limits<int>::max();
    for (std::size_t i = at; i < order.size(); ++i) {
      const Mask own = parts_[order[i]].support;
      const Mask open = (joined | own) & (part.outer | twice | (once & ~own));
      const int cost = 2 * count_bits(open) + ((joined & own) == 0 ? 1 : 0);
      if (cost < least) next = i;
      least = std::min(least, cost);
    }
    std::swap(order[at], order[next]);
    joined |= parts_[order[at]].support;
  }
  return order;
}

const Solver::Query::Part* Solver::Query::root_of(std::size_t set) const {
  const std::uint32_t part = part_of_[graph_.roots()[set]];
  return part == 0 ? nullptr : &parts_[part - 1];
}

}  // namespace paddock::matrix
