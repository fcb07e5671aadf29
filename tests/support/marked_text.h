// MarkedText: a text with named places, so that a test shows where a finding is expected and nobody counts
// columns. `$name[[...]]` marks what stands between the brackets; marks may be nested.
// Immutable value.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "paddock/base/source_pos.h"

namespace paddock::test {

class MarkedText {
 public:
  explicit MarkedText(std::string_view marked);

  // Without the marks.
  const std::string& text() const { return text_; }
  // Where the mark's content starts; fails the running test if there is no such mark.
  SourcePos at(const std::string& name) const;

 private:
  std::string text_;
  std::map<std::string, SourcePos> starts_;
};

}  // namespace paddock::test
