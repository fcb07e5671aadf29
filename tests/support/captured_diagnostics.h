// Matchers and printing for the findings about a configuration text.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "paddock/config/diagnostic.h"

namespace paddock::config {

// Found by GoogleTest: a failure shows findings as the user would see them.
inline void PrintTo(const Diagnostic& diagnostic, std::ostream* out) {
  *out << diagnostic.pos.line << ":" << diagnostic.pos.column << ": " << format(diagnostic);
}

}  // namespace paddock::config

namespace paddock::test {

inline auto finding(config::Severity severity, SourcePos pos, const std::string& message) {
  using config::Diagnostic;
  return testing::AllOf(testing::Field("severity", &Diagnostic::severity, severity),
                        testing::Field("pos", &Diagnostic::pos, pos),
                        testing::Field("message", &Diagnostic::message, testing::HasSubstr(message)));
}

// An error at `pos` whose message holds `message`.
inline auto error(SourcePos pos, const std::string& message) {
  return finding(config::Severity::kError, pos, message);
}

inline auto warning(SourcePos pos, const std::string& message) {
  return finding(config::Severity::kWarning, pos, message);
}

inline auto hint(const std::string& hint) {
  return testing::Field("hint", &config::Diagnostic::hint, testing::HasSubstr(hint));
}

}  // namespace paddock::test
