// `paddock plan`: asks a running daemon what it would do for a request, and shows it; nothing is loaded.
#pragma once

#include "cli.h"

namespace paddock::app {

// The plan goes to standard output, a failure as one sentence to standard error. 0 if an answer came, else 1.
int plan(const PlanCommand& command);

}  // namespace paddock::app
