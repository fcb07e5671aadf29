// Source: the bytes of one file and the places in them. Sources: those of all files that are read together.
// Neither knows YAML.
//
// Offsets count through all files as if they stood behind one another, so that one number says both the file
// and the byte. Immutable; the texts belong to the caller and outlive both.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "paddock/base/source_pos.h"

namespace paddock::config {

class Report;

class Source {
 public:
  // A leading byte order mark is not part of the text. `base`: offset of the first byte; `file`: its number.
  explicit Source(std::string_view text, std::size_t base = 0, int file = 0);

  std::string_view text() const { return text_; }
  std::size_t base() const { return base_; }
  // Line and column of a byte; one past the end is a place too.
  SourcePos pos(std::size_t offset) const;
  // The place of the file as a whole.
  SourcePos whole() const { return {0, 0, file_}; }

 private:
  std::string_view text_;
  std::size_t base_ = 0;
  int file_ = 0;
  std::vector<std::size_t> line_starts_;  // from the start of the text
};

class Sources {
 public:
  explicit Sources(const std::vector<std::string_view>& texts);

  const std::vector<Source>& files() const { return files_; }
  // The one that holds the offset.
  const Source& of(std::size_t offset) const;
  SourcePos pos(std::size_t offset) const { return of(offset).pos(offset); }

 private:
  std::vector<Source> files_;  // never empty
};

// Whether the texts may be handed to the YAML reader. A file is not if it is too large, is not UTF-8 or holds
// bytes that the reader would replace, drop or take for the end; the first such place of it is reported.
bool are_readable(const Sources& sources, Report& report);

// The most bytes that all files together, and so each, may have.
inline constexpr std::size_t kMaxBytes = std::size_t{8} << 20;

}  // namespace paddock::config
