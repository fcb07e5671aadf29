// From the scheduler's reason to the error that people read. Pure.
#pragma once

#include <vector>

#include "launches.h"
#include "paddock/router/router.h"
#include "paddock/scheduler/effects.h"

namespace paddock::router {

// `generation` is that of the launch that failed, if one did.
// `pins`: the pinned models in the way, where that is the reason; `held`: the brake, where that is.
RouteError route_error(scheduler::RejectReason reason, const ModelId& model, Generation generation,
                       const Launches& launches, const std::vector<ModelId>& pins = {},
                       const scheduler::Held& held = {});

}  // namespace paddock::router
