// The rules about the blocks that models and peers have in common, and about a model's capabilities.
#pragma once

#include "draft_blocks.h"
#include "paddock/config/model.h"

namespace paddock::config {

class Report;

Filters validate_filters(const FiltersDraft& draft, Report& report);
// `defaults` for what is not given.
Timeouts validate_timeouts(const TimeoutsDraft& draft, const Timeouts& defaults, Report& report);
Capabilities validate_capabilities(const CapabilitiesDraft& draft, Report& report);

// `otherwise` where it is not given.
LogVerbosity validate_log_verbosity(const Field<Text>& field, LogVerbosity otherwise, Report& report);

// An object of free form; empty: none, or one without members.
JsonText object_of(const Field<JsonText>& field);

}  // namespace paddock::config
