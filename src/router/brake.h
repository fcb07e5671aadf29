// How long a model is left alone after a bad end, by its class. Pure.
#pragma once

#include "paddock/process/supervisor.h"
#include "paddock/scheduler/events.h"

namespace paddock::router {

// A second at least, so that a burst of requests costs one start. What may pass by itself is tried again
// soon, what needs a person late.
scheduler::Backoff back_off(process::FailureClass failure);

}  // namespace paddock::router
