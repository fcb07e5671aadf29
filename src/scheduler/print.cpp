// Printing of states, events and effects: for failure messages of tests and for the log.
#include <string>

#include "paddock/scheduler/scheduler.h"

namespace paddock::scheduler {

namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string seconds(Duration d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

std::string list(const std::vector<ModelId>& models) {
  std::string out;
  for (const ModelId& model : models) out += (out.empty() ? "" : " ") + model.str();
  return "[" + out + "]";
}

}  // namespace

const char* state_name(State state) {
  switch (state) {
    case State::kStopped:
      return "stopped";
    case State::kStarting:
      return "starting";
    case State::kReady:
      return "ready";
    case State::kStopping:
      return "stopping";
  }
  return "?";
}

const char* reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::kUnknownModel:
      return "unknown model";
    case RejectReason::kStartFailed:
      return "start failed";
    case RejectReason::kUnloaded:
      return "unloaded";
    case RejectReason::kCancelled:
      return "cancelled";
    case RejectReason::kShuttingDown:
      return "shutting down";
    case RejectReason::kQueueFull:
      return "queue full";
    case RejectReason::kPinned:
      return "pinned";
    case RejectReason::kFrozen:
      return "frozen";
    case RejectReason::kNotLoaded:
      return "not loaded";
    case RejectReason::kCrashLoop:
      return "crash loop";
  }
  return "?";
}

const char* use_name(Use use) { return use == Use::kWork ? "" : use == Use::kLook ? ", look" : ", glance"; }

std::ostream& operator<<(std::ostream& out, const Event& event) {
  const auto launch = [&out](const char* name, const auto& e) -> std::ostream& {
    return out << name << "(" << e.model << ", gen " << e.generation;
  };
  const auto backoff = [](const Backoff& b) {
    return b == Backoff{} ? "" : ", back off " + seconds(b.first) + " to " + seconds(b.most);
  };
  const Overloaded print{
      [&](const RequestArrived& e) {
        out << "RequestArrived(" << e.ticket << ", " << e.model << use_name(e.use) << ")";
      },
      [&](const RequestCancelled& e) { out << "RequestCancelled(" << e.ticket << ")"; },
      [&](const RequestFinished& e) { out << "RequestFinished(" << e.ticket << ")"; },
      [&](const ProcessReady& e) { launch("ProcessReady", e) << ")"; },
      [&](const ProcessFailed& e) {
        launch("ProcessFailed", e) << ", " << e.why << backoff(e.backoff) << (e.again ? ", again" : "")
                                   << ")";
      },
      [&](const ProcessEnded& e) { launch("ProcessEnded", e) << backoff(e.backoff) << ")"; },
      [&](const ProcessExited& e) {
        launch("ProcessExited", e) << ", " << e.status << backoff(e.backoff) << ")";
      },
      [&](const ProcessBroken& e) {
        launch("ProcessBroken", e) << ", op " << e.op << ", " << e.why << backoff(e.backoff) << ")";
      },
      [&](const GateInUse& e) { launch("GateInUse", e) << ")"; },
      [&](const GateClosed& e) { launch("GateClosed", e) << ")"; },
      [&](const TimerFired& e) { out << "TimerFired(" << e.timer << ")"; },
      [&](const LoadRequested& e) { out << "LoadRequested(op " << e.op << ", " << e.model << ")"; },
      [&](const LoadCancelled& e) { out << "LoadCancelled(op " << e.op << ", " << e.model << ")"; },
      [&](const UnloadRequested& e) {
        out << "UnloadRequested(op " << e.op << ", " << list(e.models) << ", "
            << (e.mode == UnloadMode::kNow ? "now" : "drain") << ")";
      },
      [&](const RestartRequested& e) { out << "RestartRequested(op " << e.op << ", " << e.model << ")"; },
      [&](const FreezeRequested& e) { out << "FreezeRequested(op " << e.op << ")"; },
      [&](const KeepAliveSet& e) {
        out << "KeepAliveSet(" << e.model << ", " << e.ttl.count() / 1'000'000 << " ms)";
      },
      [&](const ThawRequested& e) { out << "ThawRequested(op " << e.op << ")"; },
      [&](const ShutdownRequested& e) {
        out << "ShutdownRequested(op " << e.op << (e.kill_after ? ", " + seconds(*e.kill_after) : "") << ")";
      },
      [&](const ShutdownCut& e) { out << "ShutdownCut(" << (e.grace ? seconds(*e.grace) : "") << ")"; },
      [&](const ModelsChanged& e) {
        out << "ModelsChanged(";
        for (const ModelOptions& model : e.options.models) {
          out << (&model == &e.options.models.front() ? "" : ", ") << model.id;
        }
        out << ")";
      },
  };
  std::visit(print, event);
  return out;
}

std::ostream& operator<<(std::ostream& out, const Effect& effect) {
  const auto failed = [&out](Generation generation) {
    if (generation) out << ", gen " << generation;
  };
  const Overloaded print{
      [&](const Grant& e) {
        out << "Grant(" << e.ticket << ", " << e.model << ", gen " << e.generation << ")";
      },
      [&](const Reject& e) {
        out << "Reject(" << e.ticket << ", " << e.model << ", " << reason_name(e.reason);
        failed(e.generation);
        if (!e.pins.empty()) out << ", " << list(e.pins);
        if (e.held.failures > 0) out << ", " << e.held.failures << " failed, " << seconds(e.held.left);
        out << ")";
      },
      [&](const StartProcess& e) {
        out << "StartProcess(" << e.model << ", gen " << e.generation << ", " << e.reason << ")";
      },
      [&](const StopProcess& e) {
        out << "StopProcess(" << e.model << ", gen " << e.generation << ", " << seconds(e.grace) << ", "
            << e.reason << ")";
      },
      [&](const Revoke& e) { out << "Revoke(" << e.model << ", gen " << e.generation << ")"; },
      [&](const OpenGate& e) { out << "OpenGate(" << e.model << ", gen " << e.generation << ")"; },
      [&](const CloseGate& e) { out << "CloseGate(" << e.model << ", gen " << e.generation << ")"; },
      [&](const Prefetch& e) { out << "Prefetch(" << e.model << ")"; },
      [&](const EndPrefetch& e) { out << "EndPrefetch(" << e.model << ")"; },
      [&](const ArmTimer& e) {
        out << "ArmTimer(" << e.timer << ", " << seconds(e.at.time_since_epoch()) << ")";
      },
      [&](const CancelTimer& e) { out << "CancelTimer(" << e.timer << ")"; },
      [&](const OperationDone& e) {
        out << "OperationDone(op " << e.op << (e.error ? ", " : "") << (e.error ? reason_name(*e.error) : "");
        failed(e.generation);
        if (!e.pins.empty()) out << ", " << list(e.pins);
        out << ")";
      },
      [&](const Note& e) { out << "Note(" << e.text << ")"; },
  };
  std::visit(print, effect);
  return out;
}

}  // namespace paddock::scheduler
