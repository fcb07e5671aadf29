// Proof at loading that pins leave room: a warning for what the groups or the matrix can never load beside
// the pinned models. Requests for such models would wait until a pinned one is unloaded by hand. Pure but for
// what is reported; one loading, one thread.
#pragma once

#include "draft.h"
#include "paddock/config/config.h"

namespace paddock::config {

class Report;

// For a Config without errors: `config.models` are those of `draft.models`, in the same order. Costs nothing
// where no model is pinned. Silent where the proof of a matrix would cost too much (held_beside.h).
void validate_pins(const Draft& draft, const Config& config, Report& report);

}  // namespace paddock::config
