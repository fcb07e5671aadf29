#include "core.h"

#include <algorithm>
#include <utility>

namespace paddock::scheduler {

Scheduler::Core::Core(Options options, std::shared_ptr<const EvictionPolicy> policy)
    : policy_(std::move(policy)), gates_(options.gates) {
  models_.resize(options.models.size());
  for (std::size_t i = 0; i < models_.size(); ++i) {
    models_[i].options = std::move(options.models[i]);
    by_id_.emplace(models_[i].options.id, &models_[i]);
  }
}

std::vector<Effect> Scheduler::Core::on(const Event& event, TimePoint now) {
  now_ = now;
  std::visit([this](const auto& e) { handle(e); }, event);
  if (gates_) settle_gates();
  return std::exchange(effects_, {});
}

View Scheduler::Core::view() const {
  View out{shutting_down_, {}};
  out.models.reserve(models_.size());
  for (const Model& m : models_) {
    out.models.push_back({m.options.id, m.state, m.generation, m.draining, m.in_flight, m.waiting});
  }
  for (const Model& claimant : models_) {
    if (claimant.queued == 0 || claimant.state != State::kStopped) continue;
    for (const Model* victim : victims_of(claimant)) {
      if (victim->state == State::kReady) out.models[victim - models_.data()].draining = true;
    }
  }
  return out;
}

void Scheduler::Core::handle(const RequestArrived& event) {
  Model* model = find(event.model);
  if (!model) return emit(Reject{event.ticket, event.model, RejectReason::kUnknownModel, {}});
  if (shutting_down_) return emit(Reject{event.ticket, event.model, RejectReason::kShuttingDown, {}});
  const auto [it, fresh] = tickets_.try_emplace(event.ticket, Ticket{model, {}, queue_.end()});
  if (fresh) admit({model, event.ticket, {}});
}

void Scheduler::Core::handle(const RequestCancelled& event) {
  const auto it = tickets_.find(event.ticket);
  if (it == tickets_.end() || it->second.generation) return;
  const Queue::iterator place = it->second.place;
  const Entry entry = *place;
  leave(place);
  end_entry(entry, RejectReason::kCancelled, {});
  if (entry.model->queued == 0 && entry.model->state == State::kStopped) {
    emit(Note{"nobody waits for " + entry.model->options.id.str() + " any more"});
  }
  examine();
}

void Scheduler::Core::handle(const RequestFinished& event) {
  const auto it = tickets_.find(event.ticket);
  if (it == tickets_.end() || !it->second.generation) return;
  const Ticket ticket = it->second;
  tickets_.erase(it);
  // The launch may have died before its requests, and another one may run by now.
  if (ticket.generation != ticket.model->generation) return;
  --ticket.model->in_flight;
  ticket.model->used_at = now_;
  if (!ticket.model->busy()) became_idle(*ticket.model);
}

void Scheduler::Core::handle(const GateClosed& event) {
  Model* model = find(event.model);
  if (!model || model->gate != Gate::kClosing || model->gate_generation != event.generation) return;
  model->gate = Gate::kClosed;
  const bool idle_check = std::exchange(model->idle_check, false);
  if (model->generation != event.generation) return;
  model->used_at = std::max(model->used_at, event.idle_since);
  if (model->in_flight > 0) return;
  if (idle_check && model->state == State::kReady && !model->draining) check_idle(*model);
  became_idle(*model);
}

bool Scheduler::Core::wants_gate(const Model& model, const Models& claimed) const {
  if (model.state != State::kReady || model.draining || model.idle_check || shutting_down_) return false;
  return std::find(claimed.begin(), claimed.end(), &model) == claimed.end();
}

// A gate is open exactly while every request for its model would be granted on arrival.
void Scheduler::Core::settle_gates() {
  Models claimed;  // what must go for somebody who waits; the policy is asked once for each of them
  for (const Model* claimant : claimants()) {
    const auto victims = victims_of(*claimant);
    claimed.insert(claimed.end(), victims.begin(), victims.end());
  }
  for (Model& model : models_) {
    if (model.state != State::kReady && model.gate == Gate::kClosed) continue;
    const bool wants = wants_gate(model, claimed) && (model.gate == Gate::kClosed || model.lent());
    if (wants && model.gate == Gate::kClosed) {
      model.gate = Gate::kOpen;
      model.gate_generation = model.generation;
      emit(OpenGate{model.options.id, model.generation});
    } else if (!wants && model.gate == Gate::kOpen) {
      model.gate = Gate::kClosing;
      emit(CloseGate{model.options.id, model.gate_generation});
    }
    if (model.gate == Gate::kOpen && model.in_flight == 0 && !model.timer)
      arm(model, now_ + model.options.ttl);
  }
}

void Scheduler::Core::became_idle(Model& model) {
  if (model.state != State::kReady) return;
  if (model.draining) return stop(model, model.options.unload_grace, model.drain_reason);
  examine();
  if (model.state == State::kReady && !model.busy() && !model.timer) arm(model, now_ + model.options.ttl);
}

void Scheduler::Core::handle(const ProcessReady& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || model->state != State::kStarting) return;
  model->state = State::kReady;
  model->used_at = now_;
  // All who wait for it, also those behind waiters of other models: they joined while it was loading.
  for (auto it = queue_.begin(); it != queue_.end();) {
    const auto place = it++;
    if (place->model != model) continue;
    const Entry entry = *place;
    leave(place);
    serve(entry);
  }
  if (!model->busy()) return became_idle(*model);
  examine();
}

void Scheduler::Core::handle(const ProcessFailed& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || model->state != State::kStarting) return;
  model->state = State::kStopping;
  end_waiters(*model, RejectReason::kStartFailed, event.generation);
  examine();
}

void Scheduler::Core::handle(const ProcessExited& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model) return;
  const bool unannounced = model->state == State::kStarting;
  disarm(*model);
  model->state = State::kStopped;
  model->generation = {};
  model->draining = false;
  model->in_flight = 0;
  model->idle_check = false;
  if (unannounced) end_waiters(*model, RejectReason::kStartFailed, event.generation);
  launch_ended(event.generation);
  examine();
}

void Scheduler::Core::launch(Model& model, const char* reason) {
  model.generation = {++last_generation_.value};
  model.state = State::kStarting;
  emit(StartProcess{model.options.id, model.generation, reason});
}

void Scheduler::Core::stop(Model& model, Duration grace, std::string reason) {
  disarm(model);
  model.state = State::kStopping;
  model.draining = false;
  emit(StopProcess{model.options.id, model.generation, grace, std::move(reason)});
}

void Scheduler::Core::cut(Model& model, Duration grace, const std::string& reason) {
  if (model.busy()) emit(Revoke{model.options.id, model.generation});
  stop(model, grace, reason);
}

Scheduler::Core::Model* Scheduler::Core::find(const ModelId& id) {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

Scheduler::Core::Model* Scheduler::Core::find_launch(const ModelId& id, Generation generation) {
  Model* model = find(id);
  return model && generation && model->generation == generation ? model : nullptr;
}

}  // namespace paddock::scheduler
