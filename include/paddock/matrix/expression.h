// Expression: one formula of the language that says which models may run together, as a tree whose names have
// become numbers.
//
//     any  := all { "|" all }                     one of these
//     all  := atom { "&" atom }                   these together; binds closer than "|"
//     atom := NAME | "+" SET | "(" any ")"        a model, what another set allows, brackets
//
// White space separates and means nothing else, but SET follows its "+" at once. NAME and SET are made of
// ASCII letters and digits, `_`, `-`, `.`, and of every character above ASCII that is neither space, mark nor
// sign (lexer.h has the ranges): a little more than letters and digits, and no table of Unicode.
//
// What it means is a family of sets of models: a model is the family of itself alone, "|" unites families,
// "&" unites each member of one with each of the other. It is never multiplied out here. Several models of
// one member may run at once, and so may any part of a member.
//
// Not who may ask or what it costs. Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace paddock::matrix {

class Expression {
 public:
  enum class Kind : std::uint8_t { kModel, kSet, kAll, kAny };

  struct Node {
    Kind kind = Kind::kModel;
    std::uint32_t offset = 0;  // byte in the text: of the name, of the "+", or of the first operand
    std::uint32_t index = 0;  // kModel: of the model; kSet: of the definition; otherwise of the first operand
    std::uint32_t count = 0;  // of operands, at least two; 0 for kModel and kSet

    friend bool operator==(const Node&, const Node&) = default;
  };

  Expression() = default;
  Expression(std::vector<Node> nodes, std::vector<std::uint32_t> operands)
      : nodes_(std::move(nodes)), operands_(std::move(operands)) {}

  // Operands stand before what joins them and the whole is the last, so that one pass evaluates it. Each node
  // is the operand of one other at most. Empty only where there was an error.
  const std::vector<Node>& nodes() const { return nodes_; }
  // Indices into nodes(), as written from left to right.
  std::span<const std::uint32_t> operands(const Node& node) const {
    return std::span(operands_).subspan(node.count > 0 ? node.index : 0, node.count);
  }

  friend bool operator==(const Expression&, const Expression&) = default;

 private:
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> operands_;
};

// Brackets may stand in each other this deep.
inline constexpr int kMaxDepth = 100;

// Whether the text can be written as a NAME.
bool is_name(std::string_view text);

}  // namespace paddock::matrix
