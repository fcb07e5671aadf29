// Keys that are read and checked but have no effect in this build: one table, and a warning for each of them
// that is given with a value that asks for something. A feature that makes a key work removes its line.
#pragma once

#include "draft.h"
#include "paddock/config/config.h"
#include "report.h"

namespace paddock::config {

// `config.models` are those of `draft.models`, in the same order.
void warn_unused(const Draft& draft, const Config& config, Report& report);

}  // namespace paddock::config
