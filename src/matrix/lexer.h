// Lexer: the words of an expression, one at a time.
//
// Names are found without a table of Unicode: every character above ASCII belongs to a name unless it is in a
// block of spaces, punctuation or symbols (the ranges are in lexer.cpp). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "paddock/base/result.h"

namespace paddock::matrix {

struct Token {
  enum class Kind { kName, kSet, kAnd, kOr, kOpen, kClose, kEnd };

  Kind kind = Kind::kEnd;
  std::size_t offset = 0;
  std::size_t end = 0;    // where the next one is looked for
  std::string_view name;  // of a model or a set
};

struct SyntaxError {
  std::size_t offset = 0;
  std::string message;  // goes on with " in set ..."
  std::string hint;
};

// The token at or after `from`. Points into the text.
Result<Token, SyntaxError> next_token(std::string_view text, std::size_t from);

// A piece of the text in a message.
std::string shown(std::string_view text);

}  // namespace paddock::matrix
