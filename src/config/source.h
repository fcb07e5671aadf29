// Source: the bytes of one file and the places in them. It does not know YAML.
//
// Immutable; does not own the text, which outlives it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "paddock/base/source_pos.h"

namespace paddock::config {

class Report;

class Source {
 public:
  // A leading byte order mark is not part of the text.
  explicit Source(std::string_view text);

  std::string_view text() const { return text_; }
  // Line and column of a byte; one past the end is a place too.
  SourcePos pos(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

// Whether the text may be handed to the YAML reader. It is not if it is too large, is not UTF-8 or holds
// bytes that the reader would replace, drop or take for the end; the first such place is reported.
bool is_readable(const Source& source, Report& report);

}  // namespace paddock::config
