// A place in a text file as editors count it. Immutable values.
#pragma once

#include <compare>

namespace paddock {

// Line and column start at 1; columns are bytes. {0, 0} means "no place known".
struct SourcePos {
  int line = 0;
  int column = 0;
  int file = 0;  // which of the files that were read together, from 0

  friend bool operator==(const SourcePos&, const SourcePos&) = default;
  // File by file, each from its top.
  friend std::strong_ordering operator<=>(const SourcePos& a, const SourcePos& b) {
    if (a.file != b.file) return a.file <=> b.file;
    return a.line != b.line ? a.line <=> b.line : a.column <=> b.column;
  }
};

}  // namespace paddock
