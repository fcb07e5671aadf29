// What becomes of the claims: of those models that somebody waits for and that are not loaded.
#include <algorithm>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

void Scheduler::Core::examine() {
  bool acted = true;
  while (acted) {
    const Models all = claims();
    set_barriers(all);
    for (Model* model : running_) {
      if (!model->queue.empty()) serve_waiters(*model);
    }
    acted = sweep(all);  // what it does may lift a barrier
  }
}

bool Scheduler::Core::sweep(const Models& claims) {
  bool acted = false;
  Models ahead;
  for (Model* model : claims) {
    if (ahead.size() == kMostAhead && !is_pinned_out(*model)) continue;
    const Decision decision = decide(*model, ahead);
    acted = act(*model, decision) || acted;
    if (decision.verdict == Verdict::kEvict || decision.verdict == Verdict::kWait) ahead.push_back(model);
  }
  return acted;
}

// The one decision about one claim, given those that go before it.
Scheduler::Core::Decision Scheduler::Core::decide(Model& model, const Models& ahead) {
  Decision out;
  if (model.state != State::kStopped) return out;  // its last launch must go first
  out.room = claimed_room(model);
  if (!pins_in(out.room).empty()) return out.verdict = Verdict::kRefuse, out;
  if ((out.blocker = harmed(model, out.room, ahead))) return out;
  out.is_next = true;
  if (out.room.evict.empty()) {
    if (!(out.blocker = leaving_in_the_way(model))) out.verdict = Verdict::kStart;
    return out;
  }
  out.blocker = not_ready_to_go(out.room);
  if (out.blocker && uses_are_known()) {
    Room other = room_for(model, Order::kIdleLast);
    if (not_ready_to_go(other) || harmed(model, other, ahead)) return out;
    out.room = std::move(other);
    out.blocker = nullptr;
  }
  if (!out.blocker) out.verdict = Verdict::kEvict;
  return out;
}

// Would it cost the claimant anything if `model` ran in the place of `room`? It must not even change what the
// claimant waits for, or models that come and go could keep it waiting for ever.
bool Scheduler::Core::harms(const Model& model, const Room& room, Model& claimant) {
  const auto contains = [](const std::vector<ModelId>& ids, const ModelId& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  std::vector<ModelId> running = running_for(claimant, Order::kOfClaim);
  std::erase_if(running, [&](const ModelId& id) { return contains(room.evict, id); });
  running.push_back(model.options.id);
  const std::vector<ModelId>& awaited = claimed_room(claimant).evict;
  for (const ModelId& id : policy_->evictions(claimant.options.id, running)) {
    if (!contains(awaited, id)) return true;
  }
  return false;
}

const Scheduler::Core::Model* Scheduler::Core::harmed(const Model& model, const Room& room,
                                                      const Models& ahead) {
  for (Model* claimant : ahead) {
    if (harms(model, room, *claimant)) return claimant;
  }
  return nullptr;
}

// True if it changed anything.
bool Scheduler::Core::act(Model& model, const Decision& decision) {
  const std::string& name = model.options.id.str();
  switch (decision.verdict) {
    case Verdict::kStart:
      launch(model, model.restarting ? "restart" : model.queue.front().reason);
      return true;
    case Verdict::kEvict:
      prefetch(model);
      model.committed = true;
      emit(Note{"room for " + name + ": " + swap_text(decision.room)});
      // All go or none: a victim that is stopped early is lost for nothing if the waiter leaves.
      for (const ModelId& id : decision.room.evict) {
        stop(*find(id), find(id)->options.unload_grace, "swap to " + name);
      }
      return true;
    case Verdict::kRefuse:
      end_waiters(model, RejectReason::kPinned, {}, pins_in(decision.room));
      return true;
    case Verdict::kWait:
      break;
  }
  if (decision.is_next) prefetch(model);
  if (decision.blocker && !std::exchange(model.noted, true)) emit(Note{wait_text(model, decision)});
  return false;
}

// Not while something loads: it needs the disk itself, and its end brings the next look at the claims.
void Scheduler::Core::prefetch(Model& model) {
  const auto loads = [](const Model* other) { return other->state == State::kStarting; };
  if (model.prefetching || std::any_of(running_.begin(), running_.end(), loads)) return;
  model.prefetching = true;
  emit(Prefetch{model.options.id});
}

void Scheduler::Core::end_prefetch(Model& model) {
  if (std::exchange(model.prefetching, false)) emit(EndPrefetch{model.options.id});
}

void Scheduler::Core::set_barriers(const Models& claims) {
  for (Model* model : running_) {
    model->barrier = kNoBarrier;
    model->join_until = TimePoint::max();
  }
  for (Model* claimant : claims) {
    const Room& room = claimed_room(*claimant);
    const std::vector<ModelId>& evict = room.evict;
    if (!pins_in(room).empty()) continue;  // it will never be served
    // What cannot go yet serves meanwhile; a card that only waits is of use to nobody.
    const auto stays = [this](const ModelId& id) { return is_resident(*find(id)); };
    if (!overdue(*claimant) || std::any_of(evict.begin(), evict.end(), stays)) continue;
    const Entry& oldest = claimant->queue.front();
    for (const ModelId& id : evict) {
      Model& model = *find(id);
      model.barrier = std::min(model.barrier, oldest.number);
      model.join_until = std::min(model.join_until, oldest.since + max_wait_);
    }
  }
}

Scheduler::Core::Models Scheduler::Core::claims() const {
  Models out;
  if (queued_ == 0) return out;
  for (const auto& [id, model] : by_id_) {
    if (model->claims()) out.push_back(model);
  }
  std::sort(out.begin(), out.end(),
            [this](const Model* left, const Model* right) { return goes_before(*left, *right); });
  return out;
}

bool Scheduler::Core::goes_before(const Model& left, const Model& right) const {
  const bool has_room = left.committed || left.restarting;
  if (has_room != (right.committed || right.restarting)) return has_room;
  const bool late = overdue(left);
  if (late != overdue(right)) return late;
  if (!late && left.options.priority != right.options.priority)
    return left.options.priority > right.options.priority;
  return left.queue.front().number < right.queue.front().number;
}

// Everything else that changes a decision is an event.
void Scheduler::Core::settle_wake() {
  if (wake_ && wake_at_ <= now_) return;  // it is due and will fire
  const TimePoint at = next_wake();
  if (at == wake_at_) return;
  if (wake_) emit(CancelTimer{std::exchange(wake_, {})});
  wake_at_ = at;
  if (at == TimePoint::max()) return;
  wake_ = {++last_timer_.value};
  emit(ArmTimer{wake_, at});
}

TimePoint Scheduler::Core::next_wake() {
  TimePoint at = TimePoint::max();
  if (queued_ == 0) return at;
  bool seeks = false;
  for (Model* claimant : claims()) {
    // Also if nothing must go for it: somebody ahead may hold it back only until then.
    if (!overdue(*claimant)) at = std::min(at, claimant->queue.front().since + max_wait_);
    seeks = seeks || !claimed_room(*claimant).evict.empty();
  }
  if (!seeks || min_residency_ <= Duration::zero()) return at;
  for (const Model* model : running_) {
    const TimePoint may_go = model->ready_at + min_residency_;
    if (model->state == State::kReady && may_go > now_) at = std::min(at, may_go);
  }
  return at;
}

}  // namespace paddock::scheduler
