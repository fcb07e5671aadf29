// A place in a text file as editors count it. Immutable values.
#pragma once

#include <compare>

namespace paddock {

// Line and column start at 1; columns are bytes. {0, 0} means "no place known".
struct SourcePos {
  int line = 0;
  int column = 0;

  friend auto operator<=>(const SourcePos&, const SourcePos&) = default;
};

}  // namespace paddock
