#include <algorithm>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

// The one decision about one entry, given the models that entries before it wait for. Asked when it arrives
// and again whenever something changed, so that both always agree.
Scheduler::Core::Decision Scheduler::Core::decide(const Model& model, const Models& ahead) const {
  if (model.state == State::kStarting || model.state == State::kStopping || model.draining) return {};
  for (const Model* claimant : ahead) {
    if (claimant != &model && !fits_beside(*claimant, model)) return {Verdict::kWait, {}, claimant};
  }
  if (model.state == State::kReady) return {Verdict::kServe, {}, nullptr};
  const std::vector<Model*> victims = victims_of(model);
  if (victims.empty()) return {Verdict::kStart, {}, nullptr};
  Decision out{Verdict::kWait, {}, victims.front()};
  for (Model* victim : victims) {
    // All go or none: a victim that is stopped early is lost for nothing if the waiter leaves.
    if (victim->state == State::kStarting || victim->busy()) return {Verdict::kWait, {}, victim};
    if (victim->state == State::kReady) out.victims.push_back(victim);
  }
  if (!out.victims.empty()) out.verdict = Verdict::kEvict;
  return out;
}

// May `model` be served, or be started, although `claimant` has waited longer for its own place? What starts
// must not even change what the claimant waits for, or models that come and go could keep it waiting for
// ever.
bool Scheduler::Core::fits_beside(const Model& claimant, const Model& model) const {
  const auto contains = [](const std::vector<ModelId>& ids, const Model& m) {
    return std::find(ids.begin(), ids.end(), m.options.id) != ids.end();
  };
  const ModelId& id = claimant.options.id;
  const TimePoint claim = claim_of(claimant);
  const std::vector<ModelId> awaited = policy_->evictions(id, running_with(nullptr, claim));
  if (model.state != State::kStopped) return !contains(awaited, model);
  if (policy_->evictions(id, running_with(&model, claim)) != awaited) return false;
  const std::vector<ModelId> with_claimant = running_with(&claimant, claim_of(model));
  return !contains(policy_->evictions(model.options.id, with_claimant), claimant);
}

std::vector<Scheduler::Core::Model*> Scheduler::Core::victims_of(const Model& target) const {
  std::vector<Model*> out;
  const std::vector<ModelId> running = running_with(nullptr, claim_of(target));
  for (const ModelId& id : policy_->evictions(target.options.id, running)) {
    Model* model = by_id_.at(id);
    if (model != &target && model->state != State::kStopped) out.push_back(model);
  }
  return out;
}

TimePoint Scheduler::Core::claim_of(const Model& model) const {
  return model.queued > 0 ? model.claimed_at : now_;
}

// In the order of use as it was at the time of the claim. Uses after that do not count: otherwise two models
// that are in use all the time would take turns at being the victim, and the claimant would wait for ever.
// Last stand those that are leaving, and the extra one if it does not run: it must not displace who does.
std::vector<ModelId> Scheduler::Core::running_with(const Model* extra, TimePoint claim) const {
  const auto used_at = [&](const Model& model) {
    if (model.state == State::kStopped || model.state == State::kStopping) return TimePoint::min();
    const bool in_use = model.state == State::kStarting || model.in_flight > 0;
    return in_use ? claim : std::min(model.used_at, claim);
  };
  std::vector<std::pair<TimePoint, const ModelId*>> found;
  for (const Model& model : models_) {
    if (model.state == State::kStopped && &model != extra) continue;
    found.emplace_back(used_at(model), &model.options.id);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<ModelId> out;
  for (const auto& [used, id] : found) out.push_back(*id);
  return out;
}

Scheduler::Core::Models Scheduler::Core::claimants() const {
  Models out;
  if (queue_.empty()) return out;
  for (const Model& model : models_) {
    if (model.queued > 0) out.push_back(&model);
  }
  return out;
}

void Scheduler::Core::admit(Entry entry) {
  const Decision decision = decide(*entry.model, claimants());
  if (decision.verdict == Verdict::kServe) return serve(entry);
  const auto place = queue_.insert(queue_.end(), entry);
  if (entry.model->queued++ == 0) entry.model->claimed_at = now_;
  if (entry.ticket) {
    ++entry.model->waiting;
    tickets_.at(entry.ticket).place = place;
  }
  note_wait(entry, decision);
  act(entry, decision);
}

void Scheduler::Core::examine() {
  Models ahead;
  for (auto it = queue_.begin(); it != queue_.end();) {
    const auto place = it++;
    // Whatever keeps an entry waiting keeps later ones for its model waiting: with a thousand clients in the
    // queue the policy is asked once for each model, not for each client.
    if (std::find(ahead.begin(), ahead.end(), place->model) != ahead.end()) continue;
    const Entry entry = *place;
    const Decision decision = decide(*entry.model, ahead);
    if (decision.verdict == Verdict::kServe) {
      leave(place);
      serve(entry);
      continue;
    }
    act(entry, decision);
    ahead.push_back(entry.model);
  }
}

void Scheduler::Core::act(const Entry& entry, const Decision& decision) {
  if (decision.verdict == Verdict::kStart) launch(*entry.model, entry.reason);
  for (Model* victim : decision.victims) {
    stop(*victim, victim->options.unload_grace, "swap to " + entry.model->options.id.str());
  }
}

void Scheduler::Core::serve(const Entry& entry) {
  Model& model = *entry.model;
  disarm(model);
  model.used_at = now_;
  if (entry.ticket) {
    tickets_.at(entry.ticket).generation = model.generation;
    ++model.in_flight;
    return emit(Grant{entry.ticket, model.options.id, model.generation});
  }
  emit(OperationDone{entry.op, std::nullopt, {}});
  if (!model.busy()) arm(model, now_ + model.options.ttl);
}

void Scheduler::Core::leave(Queue::iterator place) {
  --place->model->queued;
  if (place->ticket) --place->model->waiting;
  queue_.erase(place);
}

void Scheduler::Core::end_waiters(Model& model, RejectReason reason, Generation generation) {
  for (auto it = queue_.begin(); model.queued > 0 && it != queue_.end();) {
    const auto place = it++;
    if (place->model != &model) continue;
    const Entry entry = *place;
    leave(place);
    end_entry(entry, reason, generation);
  }
}

void Scheduler::Core::end_entry(const Entry& entry, RejectReason reason, Generation generation) {
  if (entry.op) return emit(OperationDone{entry.op, reason, generation});
  tickets_.erase(entry.ticket);
  emit(Reject{entry.ticket, entry.model->options.id, reason, generation});
}

// Once for each model, not for each of its requests.
void Scheduler::Core::note_wait(const Entry& entry, const Decision& decision) {
  const Model* blocker = decision.blocker;
  if (!blocker || entry.model->queued != 1) return;
  std::string text = entry.model->options.id.str() + " waits for " + blocker->options.id.str() + " (" +
                     state_name(blocker->state);
  if (blocker->in_flight > 0) text += ", " + std::to_string(blocker->in_flight) + " running";
  if (blocker->queued > 0) text += ", " + std::to_string(blocker->queued) + " waiting";
  emit(Note{text + ")"});
}

}  // namespace paddock::scheduler
