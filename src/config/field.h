// Field: one value of the file in the Draft, with its place. Immutable once read; points into the Document
// and the Source through its Texts. One loading, one thread.
//
// A field that is not there, is null or could not be read has no value; what could not be read has been
// reported.
#pragma once

#include <optional>
#include <vector>

#include "paddock/base/source_pos.h"
#include "scope.h"

namespace paddock::config {

template <class T>
struct Located {
  T value;
  SourcePos pos;
};

template <class T>
struct Field {
  SourcePos key;        // where it is given; {0, 0} if it is not
  bool broken = false;  // given, but unreadable, which has been reported
  std::optional<Located<T>> value;

  bool given() const { return key.line > 0; }
};

using TextList = std::vector<Located<Text>>;

}  // namespace paddock::config
