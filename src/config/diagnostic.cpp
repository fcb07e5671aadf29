#include "paddock/config/diagnostic.h"

#include <algorithm>

namespace paddock::config {

namespace {

std::string place(const Diagnostic& diagnostic) {
  if (diagnostic.file.empty()) return {};
  if (diagnostic.pos.line == 0) return diagnostic.file + ": ";
  return diagnostic.file + ":" + std::to_string(diagnostic.pos.line) + ":" +
         std::to_string(diagnostic.pos.column) + ": ";
}

}  // namespace

std::string format(const Diagnostic& diagnostic) {
  std::string out = place(diagnostic);
  out += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
  out += diagnostic.message;
  if (!diagnostic.hint.empty()) out += "; " + diagnostic.hint;
  return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

}  // namespace paddock::config
