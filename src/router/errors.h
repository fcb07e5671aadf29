// From the scheduler's reason to the error that people read. Pure.
#pragma once

#include "launches.h"
#include "paddock/router/router.h"
#include "paddock/scheduler/effects.h"

namespace paddock::router {

// `generation` is that of the launch that failed, if one did.
RouteError route_error(scheduler::RejectReason reason, const ModelId& model, Generation generation,
                       const Launches& launches);

}  // namespace paddock::router
