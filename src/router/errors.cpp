#include "errors.h"

#include "paddock/base/text.h"

namespace paddock::router {

namespace {

RouteError start_error(const ModelId& model, Generation generation, const Launches& launches) {
  const std::shared_ptr<const Launch> launch = launches.recorded(model, generation);
  if (!launch) return {RejectCode::kStartFailed, "model " + model.str() + " failed to start", {}};
  return {launch->timed_out ? RejectCode::kStartTimeout : RejectCode::kStartFailed,
          "model " + model.str() + " failed to start: " + launch->status.message, launch->status.failure};
}

}  // namespace

RouteError route_error(scheduler::RejectReason reason, const ModelId& model, Generation generation,
                       const Launches& launches) {
  switch (reason) {
    case scheduler::RejectReason::kUnknownModel:
      return {RejectCode::kModelNotFound, "there is no model " + printable(model.str()), {}};
    case scheduler::RejectReason::kStartFailed:
      return start_error(model, generation, launches);
    case scheduler::RejectReason::kUnloaded:
      return {RejectCode::kUnloaded, "model " + model.str() + " was unloaded before it could be used", {}};
    case scheduler::RejectReason::kCancelled:
      return {RejectCode::kCancelled, "the request was cancelled", {}};
    case scheduler::RejectReason::kShuttingDown:
      break;
  }
  return {RejectCode::kShuttingDown, "paddock is shutting down", {}};
}

}  // namespace paddock::router
