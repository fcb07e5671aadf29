// Lines of GET /api/logs and of its stream, for people. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "json.h"

namespace paddock::commands {

enum class Whose { kShown, kKnown };

// `2026-01-31 12:00:00.000 [MODEL] TEXT`, with `[paddock]` for its own; where it is known whose the lines are
// that is left out.
std::string log_line(const Json& line, Whose whose);

struct LogPage {
  Json lines;                        // an array
  std::optional<std::string> after;  // for the page of what came since
  bool more = false;
};
// Nothing: it is no such answer.
std::optional<LogPage> log_page(Json answer);

}  // namespace paddock::commands
