#include "tests/unit/scheduler/random_walk.h"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

namespace paddock::scheduler::walk {
namespace {

constexpr std::size_t kHistory = 60;

std::unique_ptr<EvictionPolicy> make_policy(Rule rule) {
  if (rule == Rule::kOne) return std::make_unique<ExclusivePolicy>();
  if (rule == Rule::kCase) return std::make_unique<CasePolicy>();
  if (rule == Rule::kSets) return matrix_of("a & A | b & B");
  if (rule == Rule::kLoner) return matrix_of("a & A | b & A");
  if (rule == Rule::kTwoOfThree) return matrix_of("a & b | b & A | A & a");
  // Whoever loads `a` or `b` stops the other and `A`; `A` stops nobody; `B` outlives all but itself.
  GroupPolicy::Group small{true, true, false, {ModelId("a"), ModelId("b")}};
  GroupPolicy::Group modest{true, false, false, {ModelId("A")}};
  GroupPolicy::Group stays{true, false, true, {ModelId("B")}};
  return std::make_unique<GroupPolicy>(std::vector{small, modest, stays});
}

}  // namespace

Walk::Walk(unsigned seed, Rule rule, bool gates, Models models)
    : random_(seed), rule_(rule), models_(models), promises_(world_, make_policy(rule)) {
  Options options;
  options.gates = world_.gates = gates;
  options.max_wait = world_.max_wait = seconds(pick(3) * 8);
  options.min_residency = world_.min_residency = seconds(pick(3) / 2 * 5);
  const bool plain = pick(2) == 0;
  if (pick(2)) world_.backoff = {seconds(1 + pick(3)), seconds(4 + pick(8))};
  for (const char* id : {"a", "b", "A", "B"}) {
    ModelOptions model{ModelId(id), seconds(pick(2) * 20), seconds(1 + pick(5))};
    if (!plain) vary(model);
    options.models.push_back(model);
    ids_.push_back(model.id);
    world_.options[model.id] = model;
  }
  scheduler_ = std::make_unique<Scheduler>(options, make_policy(rule));
  twin_ = std::make_unique<Scheduler>(options, make_policy(rule));
}

void Walk::vary(ModelOptions& model) {
  model.priority = pick(3);
  model.concurrency_limit = pick(3);
  if (pick(4) == 0) model.queue_limit = 2;
  model.pinned = pick(8) == 0;
}

void Walk::step() {
  world_.now += std::chrono::milliseconds(pick(800));
  if (world_.gates && pick(3) == 0) return pick(2) ? enter_gate() : leave_gate();
  if (pick(60) == 0) return freeze_or_thaw();
  if (pick(60) == 0) return keep_alive();
  if (models_ == Models::kChange && !world_.shutdown && pick(25) == 0) return change_models();
  const int chance = pick(20);
  if (chance == 0) return load();
  if (chance == 1) return pick(3) ? unload() : unload_all();
  if (chance == 2) return pick(2) ? restart() : cancel_load();
  if (chance <= 4) return leave();
  if (chance == 5) return pick(3) ? crash() : break_down();
  if (chance <= 9) return arrive();
  if (chance <= 12) return finish();
  proceed();
}

void Walk::shut_down() {
  world_.shutdown = next_op();
  for (const ModelId& model : ids_) world_.told_to_go(model);
  send(ShutdownRequested{world_.shutdown});
  if (pick(2)) send(ShutdownCut{pick(2) ? std::optional<Duration>(seconds(1)) : std::nullopt});
}

void Walk::settle() {
  for (int i = 0; i < 10'000 && (world_.any_running() || !world_.alive.empty()); ++i) {
    world_.now += std::chrono::milliseconds(100);
    if (!world_.any_running() && !world_.any_outstanding() && !world_.some_of(TicketState::kWaiting) &&
        world_.operations.empty()) {
      break;
    }
    pick(2) ? finish() : proceed();
    leave_gate();
  }
  promises_.at_the_end(scheduler_->view());
}

std::string Walk::history() const {
  std::string out;
  for (const std::string& line : history_) out += line + "\n";
  return out;
}

TicketId Walk::some_ticket(TicketState state) {
  std::vector<TicketId> all;
  for (const auto& [id, s] : world_.tickets) {
    if (s == state) all.push_back(id);
  }
  return all.empty() ? TicketId{} : all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
}

template <class Matches>
Gates::iterator Walk::some_gate(Matches matches) {
  std::vector<Gates::iterator> all;
  for (auto it = world_.lent.begin(); it != world_.lent.end(); ++it) {
    if (matches(it->second)) all.push_back(it);
  }
  if (all.empty()) return world_.lent.end();
  return all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
}

// There must be one.
Alive::iterator Walk::some_launch() {
  return std::next(world_.alive.begin(), pick(static_cast<int>(world_.alive.size())));
}

OpId Walk::next_op() {
  ++last_op_.value;
  world_.operations.insert(last_op_);
  return last_op_;
}

// Of an operation that stands in the queue.
OpId Walk::queued_op() {
  world_.order.push_back({{}, next_op(), some_model(), world_.now});
  return last_op_;
}

void Walk::arrive() {
  const TicketId ticket{++last_ticket_};
  const ModelId& model = some_model();
  world_.tickets[ticket] = TicketState::kWaiting;
  world_.model_of[ticket] = model;
  world_.order.push_back({ticket, {}, model, world_.now});
  const Use use = pick(5) > 0 ? Use::kWork : pick(3) > 0 ? Use::kLook : Use::kGlance;
  if (use != Use::kWork) world_.use_of[ticket] = use;
  send(RequestArrived{ticket, model, use});
}

void Walk::leave() {
  if (const TicketId t = some_ticket(TicketState::kWaiting)) send(RequestCancelled{t});
}

void Walk::finish() {
  const TicketId t = some_ticket(TicketState::kRunning);
  if (!t) return;
  if (!world_.use_of.contains(t)) world_.used_at[world_.generation_of[t]] = world_.now;
  world_.tickets.erase(t);
  send(RequestFinished{t});
}

void Walk::enter_gate() {
  const auto gate = some_gate([](const Lent& lent) { return lent.open; });
  if (gate != world_.lent.end()) ++gate->second.inside;
}

void Walk::leave_gate() {
  const auto gate = some_gate([](const Lent& lent) { return lent.inside > 0; });
  if (gate == world_.lent.end()) return;
  Lent& lent = gate->second;
  --lent.inside;
  world_.used_at[lent.generation] = world_.left_at[lent.generation] = world_.now;
  if (lent.inside == 0 && !lent.open && pick(2)) gate_closed();
}

void Walk::load() {
  const OpId op = queued_op();
  const ModelId model = world_.order.back().model;
  world_.rows.erase(model);
  send(LoadRequested{op, model});
}

void Walk::unload() {
  const ModelId& model = some_model();
  world_.told_to_go(model);
  send(UnloadRequested{next_op(), {model}, pick(2) ? UnloadMode::kNow : UnloadMode::kDrain});
}

void Walk::unload_all() {
  for (const ModelId& model : ids_) world_.told_to_go(model);
  send(UnloadRequested{next_op(), {}, UnloadMode::kDrain});
}

void Walk::restart() {
  const OpId op = queued_op();
  const ModelId model = world_.order.back().model;
  world_.rows.erase(model);
  world_.told_to_go(model);
  send(RestartRequested{op, model});
}

void Walk::cancel_load() { send(LoadCancelled{next_op(), some_model()}); }

void Walk::freeze_or_thaw() {
  world_.frozen = !world_.frozen;
  if (world_.frozen) return send(FreezeRequested{next_op()});
  send(ThawRequested{next_op()});
}

void Walk::keep_alive() {
  const ModelId model = some_model();
  if (world_.removed.contains(model) || world_.shutdown) return;
  world_.keep_alives[model] = seconds(pick(3) * 10);
  send(KeepAliveSet{model, world_.keep_alives[model]});
}

// Those that are removed may come back.
void Walk::change_models() {
  ModelsChanged event;
  event.policy = make_policy(rule_);
  event.options.max_wait = world_.max_wait;
  event.options.min_residency = world_.min_residency;
  for (const ModelId& id : ids_) {
    ModelOptions& model = world_.options[id];
    if (pick(5) == 0) {
      world_.remove(id);
      world_.keep_alives.erase(id);
      continue;
    }
    world_.come_back(id);
    if (const std::string launch = std::to_string(pick(3)); pick(4) == 0 && launch != model.launch) {
      model.launch = launch;
      world_.rows.erase(id);
    }
    if (pick(4) == 0) model.ttl = seconds(pick(2) * 20);
    event.options.models.push_back(model);
  }
  send(event);
}

// One process, gate or timer does what is due.
void Walk::proceed() {
  if (world_.gates && pick(2)) gate_answers();
  if (world_.alive.empty()) return;
  for (const auto& [timer, due] : world_.timers) {
    if (due > world_.now || !pick(2)) continue;
    const TimerFired event{timer};
    world_.timers.erase(timer);
    return send(event);
  }
  const auto launch = some_launch();
  if (launch->second.phase == Phase::kStarting) return end_start(launch);
  if (launch->second.phase != Phase::kReady) exit(launch);
}

void Walk::end_start(Alive::iterator launch) {
  auto& [generation, started] = *launch;
  if (pick(5)) {
    started.phase = Phase::kReady;
    world_.ready_at[generation] = world_.now;
    return send(ProcessReady{started.model, generation});
  }
  started.phase = Phase::kFailed;
  const bool again = pick(4) == 0;
  if (!again) world_.bad_end(started.model);
  send(ProcessFailed{started.model, generation, "failed", world_.backoff, again});
}

void Walk::exit(Alive::iterator launch) {
  const Backoff backoff = pick(3) ? world_.backoff : Backoff{};
  world_.keep_alives.erase(launch->second.model);
  const ProcessExited event{launch->second.model, launch->first, "exit", backoff};
  if (launch->second.phase == Phase::kReady) {
    world_.crashed(event);
    // Sometimes what it held comes back later.
    if (pick(3) == 0) {
      launch->second.phase = Phase::kStopping;
      world_.over.insert(event.generation);
      return send(ProcessEnded{event.model, event.generation, backoff});
    }
  }
  world_.alive.erase(launch);
  send(event);
}

void Walk::crash() {
  if (world_.alive.empty() || pick(4)) return;
  const auto launch = some_launch();
  if (launch->second.phase == Phase::kReady) exit(launch);
}

void Walk::break_down() {
  if (world_.alive.empty()) return;
  const auto launch = some_launch();
  const ModelId model = launch->second.model;
  const Backoff backoff = pick(3) ? world_.backoff : Backoff{};
  const OpId op = next_op();
  world_.order.push_back({{}, op, model, world_.now});
  if (launch->second.phase == Phase::kReady && !world_.leaving.contains(launch->first)) {
    world_.broken.insert(launch->first);
    world_.crashed({model, launch->first, "", backoff});
  }
  send(ProcessBroken{op, model, launch->first, "broken", backoff});
}

// The first news of a closed gate comes soon, that it is empty may be late.
void Walk::gate_answers() {
  for (auto& [model, lent] : world_.lent) {
    if (lent.open || lent.inside == 0 || std::exchange(lent.answered, true)) continue;
    return send(GateInUse{model, lent.generation});
  }
  gate_closed();
}

void Walk::gate_closed() {
  const auto gate = some_gate([](const Lent& lent) { return !lent.open && lent.inside == 0; });
  if (gate == world_.lent.end()) return;
  const Generation generation = gate->second.generation;
  const GateClosed event{gate->first, generation, world_.left_at[generation]};
  world_.lent.erase(gate);
  send(event);
}

void Walk::send(const Event& event) {
  remember("", event);
  promises_.before(event);
  if (pick(8) == 0) {
    scheduler_->plan(some_model(), {}, world_.now);
    scheduler_->queue(world_.now);
  }
  const std::vector<Effect> effects = scheduler_->on(event, world_.now);
  ASSERT_EQ(effects, twin_->on(event, world_.now)) << "asking changed something";
  for (const Effect& effect : effects) {
    remember("    ", effect);
    promises_.judge(effect);
    world_.take(effect);
  }
  promises_.after(scheduler_->view());
  world_.forget_served();
}

void Walk::remember(const std::string& indent, const auto& what) {
  std::ostringstream out;
  out << indent << what;
  history_.push_back(out.str());
  if (history_.size() > kHistory) history_.pop_front();
}

}  // namespace paddock::scheduler::walk
