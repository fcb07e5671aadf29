// What must go for a model, and whether it can.
#include <algorithm>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

// What leaves already is not chosen from: it goes at no cost, but must have gone before the start.
Room Scheduler::Core::room_for(const Model& target, Order order) const {
  return policy_->make_room(target.options.id, running_for(target, order));
}

const Room& Scheduler::Core::claimed_room(Model& claimant) {
  if (claimant.room_epoch != epoch_) {
    claimant.room = room_for(claimant, Order::kOfClaim);
    claimant.room_epoch = epoch_;
  }
  return claimant.room;
}

// In the order of use as it was at the time of the claim. Uses after that do not count: otherwise two models
// that are in use all the time would take turns at being the victim, and the claimant would wait for ever.
std::vector<ModelId> Scheduler::Core::running_for(const Model& target, Order order) const {
  const TimePoint claim = target.queue.empty() ? now_ : target.claimed_at;
  std::vector<std::pair<TimePoint, const ModelId*>> found;
  for (const Model* model : running_) {
    if (model->leaves() || model == &target) continue;
    const bool used_now = in_use(*model);
    TimePoint used = used_now ? claim : std::min(model->used_at, claim);
    if (order == Order::kIdleLast && (used_now || !may_go(*model))) used = TimePoint::max();
    found.emplace_back(used, &model->options.id);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<ModelId> out;
  for (const auto& [used, id] : found) out.push_back(*id);
  return out;
}

// One that was told to go and does not fit beside the target. Asked only if nothing else must go.
const Scheduler::Core::Model* Scheduler::Core::leaving_in_the_way(const Model& target) const {
  std::vector<ModelId> all = running_for(target, Order::kOfClaim);
  const Model* leaving = nullptr;
  for (const Model* model : running_) {
    if (!model->leaves() || model == &target) continue;
    if (model->removed) {
      if (blocks(*model, target)) return model;
      continue;
    }
    all.push_back(model->options.id);
    leaving = model;
  }
  return leaving && !policy_->evictions(target.options.id, all).empty() ? leaving : nullptr;
}

// The rule of today does not know it. By its own, what runs must fit together; whom that did not know does
// not.
bool Scheduler::Core::blocks(const Model& removed, const Model& target) const {
  if (!removed.known.contains(target.options.id)) return true;
  std::vector<ModelId> there;
  for (const Model* model : running_) {
    const ModelId& id = model->options.id;
    if (!removed.known.contains(id)) return true;
    if (model != &target) there.push_back(id);
  }
  return !removed.last_rule->evictions(target.options.id, there).empty();
}

std::vector<ModelId> Scheduler::Core::pins_in(const Room& room) const {
  std::vector<ModelId> out;
  for (const ModelId& id : room.evict) {
    if (find(id)->options.pinned) out.push_back(id);
  }
  return out;
}

bool Scheduler::Core::is_pinned_out(Model& claimant) {
  return claimant.state == State::kStopped && !pins_in(claimed_room(claimant)).empty();
}

const Scheduler::Core::Model* Scheduler::Core::not_ready_to_go(const Room& room) const {
  for (const ModelId& id : room.evict) {
    const Model* model = find(id);
    if (!may_go(*model)) return model;
  }
  return nullptr;
}

bool Scheduler::Core::may_go(const Model& model) const {
  if (model.options.pinned) return false;
  // A load that nobody waits for any more is not worth waiting for.
  if (model.state == State::kStarting) return model.queue.empty();
  return model.state == State::kReady && !model.busy() && !is_resident(model);
}

// Too young to go for another. What is being loaded will be.
bool Scheduler::Core::is_resident(const Model& model) const {
  if (min_residency_ <= Duration::zero()) return false;
  return model.state == State::kStarting || now_ < model.ready_at + min_residency_;
}

// The policy chooses by use; a gate that is open, or that has not answered, hides it.
bool Scheduler::Core::uses_are_known() const {
  return std::none_of(running_.begin(), running_.end(), [](const Model* model) {
    return model->live() && model->lent() && model->gate != Gate::kInUse;
  });
}

bool Scheduler::Core::in_use(const Model& model) const {
  return model.state == State::kStarting || model.in_flight > 0 ||
         (model.lent() && model.gate == Gate::kInUse);
}

}  // namespace paddock::scheduler
