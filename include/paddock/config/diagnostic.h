// One thing that is wrong, or worth knowing, about a configuration file, at the place where a person can
// mend it. Immutable value.
#pragma once

#include <string>
#include <vector>

#include "paddock/base/source_pos.h"

namespace paddock::config {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;     // as the user named it; empty when no file is to blame
  SourcePos pos;        // {0, 0} when the whole file is meant
  std::string message;  // what is wrong, lower case, no final full stop
  std::string hint;     // what to do; may be empty

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// `file:line:col: error: message` and, where there is one, `; hint` in the same line.
std::string format(const Diagnostic& diagnostic);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace paddock::config
