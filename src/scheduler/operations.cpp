// What people and timers ask for.
#include <algorithm>

#include "core.h"

namespace paddock::scheduler {

void Scheduler::Core::handle(const TimerFired& event) {
  if (event.timer && event.timer == wake_) {
    wake_ = {};
    wake_at_ = TimePoint::max();
    return examine();
  }
  for (Model& model : models_) {
    if (!event.timer || model.timer != event.timer) continue;
    model.timer = {};
    model.timer_at = {};
    if (model.state == State::kReady && model.lent()) {
      model.idle_check = true;
    } else if (model.state == State::kReady && model.in_flight == 0) {
      check_idle(model);
      examine();
    }
  }
}

void Scheduler::Core::handle(const LoadRequested& event) {
  Model* model = find_named(event.model);
  if (!model) return emit(OperationDone{event.op, RejectReason::kUnknownModel, {}, {}});
  if (shutting_down_) return emit(OperationDone{event.op, RejectReason::kShuttingDown, {}, {}});
  release(*model);
  Entry entry;
  entry.op = event.op;
  entry.reason = "load";
  admit(*model, entry);
}

void Scheduler::Core::handle(const LoadCancelled& event) {
  Model* model = find_named(event.model);
  if (!model) return emit(OperationDone{event.op, RejectReason::kUnknownModel, {}, {}});
  if (!model->serving()) end_waiters(*model, RejectReason::kUnloaded);
  if (model->state == State::kStarting) stop(*model, model->options.unload_grace, "load cancelled");
  Models awaited;
  if (model->state == State::kStopping) awaited.push_back(model);
  await_exits(event.op, awaited);
  examine();
}

void Scheduler::Core::handle(const UnloadRequested& event) {
  Models models;
  for (const ModelId& id : event.models) {
    if (Model* model = find(id)) models.push_back(model);
  }
  if (event.models.empty()) {
    for (Model& model : models_) models.push_back(&model);
  }
  for (Model* model : models) unload(*model, event.mode);
  await_exits(event.op, models);
  examine();
}

void Scheduler::Core::unload(Model& model, UnloadMode mode) {
  end_waiters(model, RejectReason::kUnloaded);
  if (model.state == State::kReady && mode == UnloadMode::kNow) {
    cut(model, model.options.unload_grace, "unload now");
  } else {
    drain(model, "unload");
  }
}

void Scheduler::Core::handle(const RestartRequested& event) {
  Model* model = find_named(event.model);
  if (!model) return emit(OperationDone{event.op, RejectReason::kUnknownModel, {}, {}});
  if (shutting_down_) return emit(OperationDone{event.op, RejectReason::kShuttingDown, {}, {}});
  ++epoch_;
  release(*model);
  model->restarting = model->live();
  drain(*model, "restart");
  Entry entry;
  entry.op = event.op;
  entry.reason = "restart";
  admit(*model, entry);
}

void Scheduler::Core::handle(const ProcessBroken& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || model->state != State::kReady) return emit(OperationDone{event.op, std::nullopt, {}, {}});
  const bool was_to_go = model->draining, comes_again = model->restarting;
  const int failures = model->failures;
  cut(*model, model->options.unload_grace, event.why);
  if (was_to_go && !comes_again) {
    const auto reason = shutting_down_ ? RejectReason::kShuttingDown : RejectReason::kUnloaded;
    emit(OperationDone{event.op, reason, {}, {}});
    return examine();
  }
  if (!was_to_go) {
    model->failures = failures;  // this stop is no order of anybody
    crashed(*model, event.backoff);
  }
  if (is_held(*model)) {
    emit(OperationDone{event.op, RejectReason::kCrashLoop, model->failed, {}});
    return examine();
  }
  model->restarting = true;
  Entry entry;
  entry.op = event.op;
  entry.reason = "restart";
  admit(*model, entry);
}

void Scheduler::Core::handle(const FreezeRequested& event) {
  frozen_ = true;
  for (Model& model : models_) {
    if (model.claims() && !model.restarting) end_requests(model, RejectReason::kFrozen);
  }
  emit(OperationDone{event.op, std::nullopt, {}, {}});
  examine();
}

void Scheduler::Core::handle(const ThawRequested& event) {
  frozen_ = false;
  for (Model* model : running_) {
    if (model->serving() && !model->busy() && !model->timer) arm(*model, now_ + model->ttl());
  }
  emit(OperationDone{event.op, std::nullopt, {}, {}});
  examine();
}

void Scheduler::Core::handle(const ShutdownRequested& event) {
  shutting_down_ = true;
  if (event.kill_after) kill_at_ = std::min(kill_at_, now_ + *event.kill_after);
  Models models;
  for (Model& model : models_) {
    end_waiters(model, RejectReason::kShuttingDown);
    if (event.kill_after && model.state == State::kStopping) shorten(model, model.options.unload_grace);
    drain(model, "shutdown");
    models.push_back(&model);
  }
  await_exits(event.op, models);
}

void Scheduler::Core::handle(const ShutdownCut& event) {
  if (!shutting_down_) return;
  for (Model& model : models_) {
    const Duration own = model.options.unload_grace;
    const Duration grace = event.grace ? std::min(own, *event.grace) : own;
    if (model.state == State::kReady || model.state == State::kStarting) {
      cut(model, grace, "shutdown");
    } else if (model.state == State::kStopping && event.grace) {
      shorten(model, grace);
    }
  }
}

// Of a process that was told to stop before.
void Scheduler::Core::shorten(Model& model, Duration grace) {
  emit(StopProcess{model.options.id, model.generation, until_kill(grace), "shutdown"});
}

Duration Scheduler::Core::until_kill(Duration grace) const {
  if (kill_at_ == TimePoint::max()) return grace;
  return std::clamp<Duration>(kill_at_ - now_, Duration::zero(), std::max(grace, Duration::zero()));
}

// Ends the model as soon as nothing runs on it.
void Scheduler::Core::drain(Model& model, const char* reason) {
  const bool up = model.state == State::kReady || model.state == State::kStarting;
  if (up && !model.busy()) return stop(model, model.options.unload_grace, reason);
  if (!up) return;
  ++epoch_;
  model.draining = true;
  model.drain_reason = reason;
}

void Scheduler::Core::await_exits(OpId op, const Models& models) {
  Operation operation{op, {}};
  for (const Model* model : models) {
    if (model->generation) operation.alive.push_back(model->generation);
  }
  if (operation.alive.empty()) return emit(OperationDone{op, std::nullopt, {}, {}});
  operations_.push_back(std::move(operation));
}

void Scheduler::Core::launch_ended(Generation generation) {
  for (Operation& operation : operations_) {
    std::erase(operation.alive, generation);
    if (operation.alive.empty()) emit(OperationDone{operation.id, std::nullopt, {}, {}});
  }
  std::erase_if(operations_, [](const Operation& operation) { return operation.alive.empty(); });
}

// The timer was set by what was known when it was armed; the gate may have told of a later use since.
void Scheduler::Core::check_idle(Model& model) {
  if (frozen_) return;                          // armed again with the gate or with the thaw
  if (model.ttl() <= Duration::zero()) return;  // there was one when the timer was armed
  const TimePoint until = model.used_at + model.ttl();
  if (now_ < until) return arm(model, until);
  stop(model, model.options.unload_grace, "idle");
}

// As far as is known; it may have passed while somebody looked. In a freeze idle models stay, and the next
// look at the time is a ttl away.
TimePoint Scheduler::Core::idle_end(const Model& model) const {
  return (frozen_ ? now_ : model.used_at) + model.ttl();
}

void Scheduler::Core::arm(Model& model, TimePoint at) {
  disarm(model);
  if (model.ttl() <= Duration::zero()) return;
  model.timer = {++last_timer_.value};
  model.timer_at = at;
  emit(ArmTimer{model.timer, at});
}

void Scheduler::Core::disarm(Model& model) {
  if (!model.timer) return;
  emit(CancelTimer{model.timer});
  model.timer = {};
  model.timer_at = {};
}

}  // namespace paddock::scheduler
