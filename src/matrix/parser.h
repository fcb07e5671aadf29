// Parser: the text of one expression to a tree that still holds names. Pure function, any thread; recursion
// is bounded by kMaxDepth.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lexer.h"
#include "paddock/base/result.h"
#include "paddock/matrix/expression.h"

namespace paddock::matrix {

// Like an Expression, but the index of kModel and kSet is one into `names`.
struct Syntax {
  std::vector<Expression::Node> nodes;
  std::vector<std::uint32_t> operands;
  std::vector<std::string_view> names;  // point into the text
};

// The tree or the first error.
Result<Syntax, SyntaxError> parse(std::string_view text);

}  // namespace paddock::matrix
