// What people are told about decisions.
#include <algorithm>
#include <tuple>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

namespace {

std::string joined(const std::vector<ModelId>& ids) {
  std::string out;
  for (const ModelId& id : ids) out += (out.empty() ? "" : ", ") + id.str();
  return out;
}

std::string with_count(int count, const char* what) {
  return count > 0 ? ", " + std::to_string(count) + " " + what : "";
}

}  // namespace

const char* action_name(Action action) {
  switch (action) {
    case Action::kServe:
      return "serve";
    case Action::kLoad:
      return "load";
    case Action::kSwap:
      return "swap";
    case Action::kWait:
      return "wait";
    case Action::kRefuse:
      return "refuse";
  }
  return "?";
}

std::string Scheduler::Core::swap_text(const Room& room) {
  std::string out = joined(room.evict) + (room.evict.size() == 1 ? " goes" : " go");
  if (!room.set.empty()) out += ", by '" + room.set + "'";
  return out + ", at a cost of " + std::to_string(room.cost) +
         (room.exact ? "" : " (there may be a cheaper way)");
}

std::string Scheduler::Core::wait_text(const Model& model, const Decision& decision) const {
  const Model* blocker = decision.blocker;
  const std::string& name = model.options.id.str();
  if (!blocker) return name + " waits for its last launch to end";
  std::string out = name + " waits for " + blocker->options.id.str() + " (" + state_name(blocker->state);
  if (blocker->lent() && blocker->gate == Gate::kInUse && blocker->in_flight == 0) out += ", in use";
  if (blocker->state == State::kReady && !blocker->busy() && is_resident(*blocker))
    out += ", too young to go";
  return out + with_count(blocker->in_flight, "running") + with_count(blocker->waiting, "waiting") + ")";
}

// Of a request for a model that is loaded or being loaded.
std::string Scheduler::Core::held_text(const Model& model) const {
  const std::string& name = model.options.id.str();
  if (model.state == State::kStarting) return name + " is being loaded";
  if (model.barrier != kNoBarrier) return name + " makes room for a model that was asked for earlier";
  return name + " serves as many requests at once as it may (" +
         std::to_string(model.options.concurrency_limit) + ")";
}

std::string Scheduler::Core::pins_text(const Model& model, const std::vector<ModelId>& pins) {
  return model.options.id.str() + " has no place beside what is pinned: " + joined(pins);
}

std::string Scheduler::Core::held_back_text(const Model& model) const {
  const auto left = std::chrono::ceil<std::chrono::seconds>(model.held_until - now_).count();
  const std::string times =
      model.failures == 1 ? "" : " " + std::to_string(model.failures) + " times in a row";
  return model.options.id.str() + " failed" + times + " and is not started for a request in the next " +
         std::to_string(left) + " s";
}

std::string Scheduler::Core::refusal_text(const Model& model, RejectReason reason) const {
  if (reason == RejectReason::kCrashLoop) return held_back_text(model);
  if (reason == RejectReason::kFrozen)
    return model.options.id.str() + " is not loaded, and loading is frozen";
  return "the queue of " + model.options.id.str() + " is full";
}

std::vector<Waiting> Scheduler::Core::queue(TimePoint now) {
  now_ = now;
  const Models all = claims();
  set_barriers(all);
  std::vector<Waiting> out;
  const auto list = [&out](const Model& model, const std::string& text) {
    for (const Entry& entry : model.queue) {
      if (entry.ticket) out.push_back({entry.ticket, model.options.id, entry.since, text});
    }
  };
  const auto list_running = [&](bool held) {
    for (const Model* model : running_) {
      if (!model->claims() && (model->barrier != kNoBarrier) == held) list(*model, held_text(*model));
    }
  };
  list_running(false);
  for (Model* model : all) list(*model, wait_text(*model, decide_in_turn(*model)));
  list_running(true);
  return out;
}

Scheduler::Core::Decision Scheduler::Core::decide_in_turn(Model& model) {
  Models ahead;
  for (Model* claimant : claims()) {
    if (claimant == &model) return decide(model, ahead);
    ahead.push_back(claimant);
    if (ahead.size() == kMostAhead) break;
  }
  Decision behind;
  behind.blocker = ahead.empty() ? nullptr : ahead.front();
  return behind;
}

std::optional<Plan> Scheduler::Core::plan(const ModelId& id, const std::vector<LentUse>& lent,
                                          TimePoint now) {
  Model* model = find_named(id);
  if (!model) return std::nullopt;
  now_ = now;
  ++epoch_;
  std::vector<std::pair<Gate, TimePoint>> known;
  for (const LentUse& use : lent) {
    Model& other = *find(use.model);
    known.emplace_back(other.gate, other.used_at);
    if (!other.lent()) continue;
    other.gate = use.in_use ? Gate::kInUse : Gate::kClosed;
    other.used_at = std::max(other.used_at, use.idle_since);
  }
  Plan out = plan_of(*model);
  for (std::size_t i = 0; i < lent.size(); ++i) {
    std::tie(find(lent[i].model)->gate, find(lent[i].model)->used_at) = known[i];
  }
  ++epoch_;
  set_barriers(claims());
  return out;
}

Plan Scheduler::Core::plan_of(Model& model) {
  Plan out;
  out.model = model.options.id;
  set_barriers(claims());
  Entry probe;
  probe.since = now_;
  probe.number = last_number_ + 1;
  if (shutting_down_) {
    out.action = Action::kRefuse;
    out.reason = "paddock is shutting down";
    return out;
  }
  if (model.queue.empty() && lets_in(model, probe)) {
    out.reason = model.options.id.str() + " is ready";
    return out;
  }
  if (const auto refused = refusal(model)) {
    out.action = Action::kRefuse;
    out.reason = refusal_text(model, *refused);
    return out;
  }
  if (model.state == State::kStarting || model.serving()) {
    out.action = Action::kWait;
    out.reason = held_text(model);
    return out;
  }
  const bool joins = !model.queue.empty();
  if (!joins) enter(model, probe);
  const Decision decision = decide_in_turn(model);
  fill(out, model, decision);
  if (!joins) leave(model, model.queue.begin());
  return out;
}

void Scheduler::Core::fill(Plan& plan, const Model& model, const Decision& decision) const {
  const std::string& name = model.options.id.str();
  plan.evict = decision.room.evict;
  plan.set = decision.room.set;
  if (decision.verdict != Verdict::kRefuse) plan.cost = decision.room.cost;
  plan.exact = decision.room.exact;
  switch (decision.verdict) {
    case Verdict::kStart:
      plan.action = Action::kLoad;
      plan.reason = "nothing must go for " + name;
      return;
    case Verdict::kEvict:
      plan.action = Action::kSwap;
      plan.reason = "for " + name + ", " + swap_text(decision.room);
      return;
    case Verdict::kRefuse:
      plan.action = Action::kRefuse;
      plan.reason = pins_text(model, pins_in(decision.room));
      return;
    case Verdict::kWait:
      break;
  }
  plan.action = Action::kWait;
  plan.reason = wait_text(model, decision);
}

std::optional<Plan> Scheduler::Core::plan_beside(const ModelId& id,
                                                 const std::vector<ModelId>& running) const {
  const Model* model = find_named(id);
  const auto known = [this](const ModelId& other) { return find_named(other) != nullptr; };
  if (!model || !std::all_of(running.begin(), running.end(), known)) return std::nullopt;
  Plan out;
  out.model = id;
  if (std::find(running.begin(), running.end(), id) != running.end()) {
    out.reason = id.str() + " is ready";
    return out;
  }
  Decision decision;
  decision.room = policy_->make_room(id, running);
  decision.verdict = decision.room.evict.empty() ? Verdict::kStart : Verdict::kEvict;
  if (!pins_in(decision.room).empty()) decision.verdict = Verdict::kRefuse;
  fill(out, *model, decision);
  return out;
}

}  // namespace paddock::scheduler
