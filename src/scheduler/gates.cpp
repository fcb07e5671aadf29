// What is lent out, and taken back.
#include <algorithm>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

void Scheduler::Core::handle(const GateInUse& event) {
  Model* model = find(event.model);
  if (!model || model->gate != Gate::kAsked || model->gate_generation != event.generation) return;
  model->gate = Gate::kInUse;
  ++epoch_;
  examine();
}

void Scheduler::Core::handle(const GateClosed& event) {
  Model* model = find(event.model);
  const bool awaited = model && (model->gate == Gate::kAsked || model->gate == Gate::kInUse);
  if (!awaited || model->gate_generation != event.generation) return;
  model->gate = Gate::kClosed;
  ++epoch_;
  const bool idle_check = std::exchange(model->idle_check, false);
  if (model->generation != event.generation) return examine();
  model->used_at = std::max(model->used_at, event.idle_since);
  if (model->in_flight > 0) return examine();
  if (idle_check && model->serving()) check_idle(*model);
  became_idle(*model);
}

// While somebody seeks room every use counts: who is idle goes first.
bool Scheduler::Core::room_is_sought() {
  const Models all = claims();
  return std::any_of(all.begin(), all.end(),
                     [this](Model* claimant) { return !claimed_room(*claimant).evict.empty(); });
}

bool Scheduler::Core::wants_gate(const Model& model) const {
  if (!model.serving() || model.outdated() || model.idle_check || shutting_down_) return false;
  return model.options.concurrency_limit == 0 && model.queue.empty() && model.barrier == kNoBarrier;
}

// A gate is open exactly while every request for its model would be granted on arrival, and nobody asks
// whether the model is in use.
void Scheduler::Core::settle_gates() {
  const bool sought = room_is_sought();
  for (Model& model : models_) {
    if (model.state != State::kReady && model.gate == Gate::kClosed) continue;
    settle_gate(model, !sought && wants_gate(model) && (model.gate == Gate::kClosed || model.lent()));
  }
}

void Scheduler::Core::settle_gate(Model& model, bool wanted) {
  if (wanted && model.gate == Gate::kClosed) {
    model.gate = Gate::kOpen;
    model.gate_generation = model.generation;
    emit(OpenGate{model.options.id, model.generation});
  } else if (!wanted && model.gate == Gate::kOpen) {
    model.gate = Gate::kAsked;
    emit(CloseGate{model.options.id, model.gate_generation});
  }
  if (model.gate == Gate::kOpen && model.in_flight == 0 && !model.timer) arm(model, idle_end(model));
}

}  // namespace paddock::scheduler
