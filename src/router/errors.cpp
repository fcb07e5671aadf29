#include "errors.h"

#include <algorithm>
#include <chrono>

#include "paddock/base/text.h"

namespace paddock::router {

namespace {

RouteError start_error(const ModelId& model, Generation generation, const Launches& launches) {
  const std::shared_ptr<const Launch> launch = launches.recorded(model, generation);
  if (!launch) return {RejectCode::kStartFailed, "model " + model.str() + " failed to start", {}};
  return {launch->timed_out ? RejectCode::kStartTimeout : RejectCode::kStartFailed,
          "model " + model.str() + " failed to start: " + launch->status.message, launch->status.failure};
}

RouteError crash_loop_error(const ModelId& model, Generation generation, const Launches& launches,
                            const scheduler::Held& held) {
  const auto wait = std::chrono::ceil<std::chrono::seconds>(held.left);
  RouteError error;
  error.code = RejectCode::kCrashLoop;
  error.retry_after = std::max(wait, std::chrono::seconds(1));
  error.message = "model " + model.str() + " is not started again for " +
                  std::to_string(error.retry_after->count()) + " s, because it failed" +
                  (held.failures > 1 ? " " + std::to_string(held.failures) + " times in a row" : "") +
                  "; POST /api/models/" + model.str() + "/load tries now";
  if (const std::shared_ptr<const Launch> launch = launches.recorded(model, generation)) {
    error.message += ". The last time: " + launch->status.message;
    error.detail = launch->status.failure;
  }
  return error;
}

RouteError pin_error(const ModelId& model, const std::vector<ModelId>& pins) {
  std::string names;
  for (const ModelId& pin : pins) names += (names.empty() ? "" : ", ") + pin.str();
  const bool one = pins.size() == 1;
  return {RejectCode::kPinned,
          "model " + model.str() + " has no place beside " + names + (one ? ", which is" : ", which are") +
              " pinned: unload " + (one ? "it" : "one of them") + " first",
          {}};
}

}  // namespace

RouteError route_error(scheduler::RejectReason reason, const ModelId& model, Generation generation,
                       const Launches& launches, const std::vector<ModelId>& pins,
                       const scheduler::Held& held) {
  switch (reason) {
    case scheduler::RejectReason::kUnknownModel:
      return {RejectCode::kModelNotFound, "there is no model " + printable(model.str()), {}};
    case scheduler::RejectReason::kStartFailed:
      return start_error(model, generation, launches);
    case scheduler::RejectReason::kUnloaded:
      return {RejectCode::kUnloaded, "model " + model.str() + " was unloaded before it could be used", {}};
    case scheduler::RejectReason::kCancelled:
      return {RejectCode::kCancelled, "the request was cancelled", {}};
    case scheduler::RejectReason::kQueueFull:
      return {RejectCode::kQueueFull, "too many requests wait for model " + model.str(), {}};
    case scheduler::RejectReason::kPinned:
      return pin_error(model, pins);
    case scheduler::RejectReason::kFrozen:
      return {RejectCode::kFrozen,
              "model " + model.str() + " is not loaded, and loading is frozen until POST /api/thaw",
              {}};
    case scheduler::RejectReason::kNotLoaded:
      return {RejectCode::kNotLoaded,
              "model " + model.str() +
                  " is not loaded, and this request loads nothing: its path is one of upstream.ignorePaths, "
                  "or it asks for a websocket",
              {}};
    case scheduler::RejectReason::kCrashLoop:
      return crash_loop_error(model, generation, launches, held);
    case scheduler::RejectReason::kShuttingDown:
      break;
  }
  return {RejectCode::kShuttingDown, "paddock is shutting down", {}};
}

}  // namespace paddock::router
