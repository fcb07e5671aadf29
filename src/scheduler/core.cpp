#include "core.h"

#include <algorithm>
#include <utility>

namespace paddock::scheduler {

Scheduler::Core::Core(Options options, std::shared_ptr<const EvictionPolicy> policy)
    : policy_(std::move(policy)),
      gates_(options.gates),
      max_wait_(options.max_wait),
      min_residency_(options.min_residency) {
  for (const ModelOptions& model : options.models) add(model);
}

std::vector<Effect> Scheduler::Core::on(const Event& event, TimePoint now) {
  now_ = now;
  if (queued_ > 0) set_barriers(claims());  // somebody may be overdue whose timer has not fired yet
  std::visit([this](const auto& e) { handle(e); }, event);
  if (removed_ > 0) forget_removed();
  if (gates_) settle_gates();
  settle_wake();
  return std::exchange(effects_, {});
}

View Scheduler::Core::view() const {
  View out;
  out.shutting_down = shutting_down_;
  out.frozen = frozen_;
  out.models.reserve(models_.size());
  for (const Model& m : models_) {
    if (m.removed && m.state == State::kStopped) continue;
    const bool goes = m.draining || (m.state == State::kReady && m.barrier != kNoBarrier);
    out.models.push_back(
        {m.options.id, m.state, m.generation, goes, m.in_flight, m.waiting, m.used_at, m.ttl(), m.timer_at});
  }
  return out;
}

void Scheduler::Core::handle(const RequestArrived& event) {
  Model* model = find_named(event.model);
  if (!model) return emit(Reject{event.ticket, event.model, RejectReason::kUnknownModel, {}, {}});
  if (shutting_down_) return emit(Reject{event.ticket, event.model, RejectReason::kShuttingDown, {}, {}});
  if (tickets_.contains(event.ticket)) return;
  if (event.use == Use::kGlance && !model->serving()) {
    return emit(Reject{event.ticket, event.model, RejectReason::kNotLoaded, {}, {}});
  }
  Entry entry;
  entry.ticket = event.ticket;
  entry.use = event.use;
  admit(*model, entry);
}

void Scheduler::Core::handle(const RequestCancelled& event) {
  const auto it = tickets_.find(event.ticket);
  if (it == tickets_.end() || it->second.generation) return;
  Model& model = *it->second.model;
  const Queue::iterator place = it->second.place;
  const Entry entry = *place;
  leave(model, place);
  end_entry(model, entry, RejectReason::kCancelled, {}, {});
  if (model.queue.empty() && model.state == State::kStopped) {
    emit(Note{"nobody waits for " + model.options.id.str() + " any more"});
  }
  examine();
}

void Scheduler::Core::handle(const RequestFinished& event) {
  const auto it = tickets_.find(event.ticket);
  if (it == tickets_.end() || !it->second.generation) return;
  const Ticket ticket = it->second;
  tickets_.erase(it);
  Model& model = *ticket.model;
  // The launch may have died before its requests, and another one may run by now.
  if (ticket.generation != model.generation) return;
  --model.in_flight;
  if (ticket.use == Use::kWork) model.used_at = now_;
  if (!model.busy()) return became_idle(model);
  if (!model.queue.empty()) serve_waiters(model);
}

void Scheduler::Core::became_idle(Model& model) {
  ++epoch_;
  if (model.state != State::kReady) return;
  if (model.draining) {
    stop(model, model.options.unload_grace, model.drain_reason);
    return examine();
  }
  if (model.outdated()) return renew(model);
  examine();
  if (model.state == State::kReady && !model.busy() && !model.timer) arm(model, idle_end(model));
}

void Scheduler::Core::handle(const ProcessReady& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || model->state != State::kStarting) return;
  ++epoch_;
  model->state = State::kReady;
  model->ready_at = model->used_at = now_;
  serve_joined(*model);
  if (!model->busy()) return became_idle(*model);
  examine();
}

void Scheduler::Core::handle(const ProcessFailed& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || model->state != State::kStarting) return;
  ++epoch_;
  model->state = State::kStopping;
  if (event.again) {
    model->restarting = !model->queue.empty();
  } else {
    end_waiters(*model, RejectReason::kStartFailed, event.generation);
    start_failed(*model, event.backoff);
  }
  examine();
}

void Scheduler::Core::handle(const ProcessExited& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model) return;
  ++epoch_;
  ended_by_itself(*model, event.backoff);
  std::erase(running_, model);
  model->state = State::kStopped;
  model->generation = {};
  model->keep_alive.reset();
  model->draining = false;
  model->in_flight = 0;
  model->idle_check = false;
  if (frozen_ && !model->restarting) end_requests(*model, RejectReason::kFrozen);
  end_glances(*model);
  launch_ended(event.generation);
  examine();
}

void Scheduler::Core::handle(const ProcessEnded& event) {
  Model* model = find_launch(event.model, event.generation);
  if (!model || !model->live()) return;
  ++epoch_;
  ended_by_itself(*model, event.backoff);
  model->state = State::kStopping;
  model->draining = false;
  examine();
}

// If it was not told to go.
void Scheduler::Core::ended_by_itself(Model& model, const Backoff& backoff) {
  const bool unannounced = model.state == State::kStarting;
  if (unannounced) end_waiters(model, RejectReason::kStartFailed, model.generation);
  if (unannounced) start_failed(model, backoff);
  if (model.serving()) crashed(model, backoff);
  disarm(model);
}

void Scheduler::Core::launch(Model& model, const char* reason) {
  ++epoch_;
  model.committed = model.restarting = false;
  model.asked = model.queue.front().number;
  model.generation = {++last_generation_.value};
  model.state = State::kStarting;
  model.launched = model.options.launch;
  running_.push_back(&model);
  end_prefetch(model);
  emit(StartProcess{model.options.id, model.generation, reason});
}

void Scheduler::Core::stop(Model& model, Duration grace, std::string reason) {
  ++epoch_;
  disarm(model);
  if (model.state == State::kReady) model.failures = 0;
  model.state = State::kStopping;
  model.draining = false;
  emit(StopProcess{model.options.id, model.generation, until_kill(grace), std::move(reason)});
}

void Scheduler::Core::cut(Model& model, Duration grace, const std::string& reason) {
  if (model.busy()) emit(Revoke{model.options.id, model.generation});
  stop(model, grace, reason);
}

Scheduler::Core::Model* Scheduler::Core::find(const ModelId& id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

Scheduler::Core::Model* Scheduler::Core::find_named(const ModelId& id) const {
  Model* model = find(id);
  return model && !model->removed ? model : nullptr;
}

Scheduler::Core::Model* Scheduler::Core::find_launch(const ModelId& id, Generation generation) const {
  Model* model = find(id);
  return model && generation && model->generation == generation ? model : nullptr;
}

}  // namespace paddock::scheduler
