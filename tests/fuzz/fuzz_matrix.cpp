// Any bytes as sets of a matrix, one a line, named s0, s1, ...: no crash, errors lie inside their expression,
// and what is linked is a tree whose operands stand before their users.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/matrix/sets.h"

using namespace paddock::matrix;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos || out.size() == 1000) return out;
    text.remove_prefix(end + 1);
  }
}

void check_tree(const Expression& expression, std::size_t sets) {
  const auto& nodes = expression.nodes();
  check(!nodes.empty());
  std::vector<int> uses(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].kind == Expression::Kind::kSet) check(nodes[i].index < sets);
    for (const std::uint32_t operand : expression.operands(nodes[i]))
      check(operand < i && ++uses[operand] == 1);
  }
}

void check_order(const Sets& sets) {
  std::vector<bool> seen(sets.expressions.size());
  for (const std::uint32_t set : sets.order) {
    for (const Expression::Node& node : sets.expressions[set].nodes()) {
      check(node.kind != Expression::Kind::kSet || seen[node.index]);
    }
    check(!seen[set]);
    seen[set] = true;
  }
  check(sets.order.size() == sets.expressions.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string_view> expressions = lines({reinterpret_cast<const char*>(data), size});
  std::vector<std::string> set_names;
  for (std::size_t i = 0; i < expressions.size(); ++i) set_names.push_back("s" + std::to_string(i));
  std::vector<Definition> definitions;
  for (std::size_t i = 0; i < expressions.size(); ++i) definitions.push_back({set_names[i], expressions[i]});
  Names names;
  names.model = [](std::string_view name) -> std::optional<std::uint32_t> {
    if (name.size() != 1) return std::nullopt;
    return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0]) % 8);
  };
  const auto sets = link(definitions, names);
  if (sets.has_error()) {
    for (const Trouble& trouble : sets.error()) {
      check(trouble.set < expressions.size() && trouble.offset <= expressions[trouble.set].size());
      check(trouble.message.find('\n') == std::string::npos);
    }
    return 0;
  }
  for (const Expression& expression : sets->expressions) check_tree(expression, expressions.size());
  check_order(*sets);
  const std::vector<std::uint32_t> asked{0, 1, 2, 3, 4, 5, 6, 7};
  if (hold_together(*sets, asked)) check(hold_together(*sets, std::vector<std::uint32_t>{3, 5}));
  return 0;
}
