#include "tests/unit/scheduler/walk_promises.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace paddock::scheduler::walk {

Promises::Promises(const World& world, std::unique_ptr<EvictionPolicy> policy)
    : world_(world), policy_(std::move(policy)) {}

void Promises::before(const Event& event) {
  const auto* ready = std::get_if<ProcessReady>(&event);
  loaded_ = ready ? ready->model : ModelId();
  committed_before_ = committed_;
  const auto* restart = std::get_if<RestartRequested>(&event);
  if (restart && world_.runs(restart->model)) restarting_.insert(restart->model);
  // These end it, and whoever is removed does not come again.
  if (const auto* cancelled = std::get_if<LoadCancelled>(&event)) renewed_.erase(cancelled->model);
  if (const auto* unload = std::get_if<UnloadRequested>(&event)) {
    for (const ModelId& model : unload->models) renewed_.erase(model);
    if (unload->models.empty()) renewed_.clear();
  }
  for (const ModelId& model : world_.removed) renewed_.erase(model);
  const auto* broken = std::get_if<ProcessBroken>(&event);
  if (broken && world_.broken.contains(broken->generation)) restarting_.insert(broken->model);
  const auto* failed = std::get_if<ProcessFailed>(&event);
  if (failed && failed->again) comes_again(*failed);
}

void Promises::comes_again(const ProcessFailed& event) {
  if (renewals_.contains(event.generation)) renewed_.insert(event.model);
  if (world_.oldest_of(event.model)) restarting_.insert(event.model);
}

void Promises::judge(const Effect& order) {
  std::visit([this](const auto& e) { judge_one(e); }, order);
}

void Promises::judge_one(const Grant& e) const {
  ASSERT_EQ(world_.state_of(e.ticket), TicketState::kWaiting) << "a ticket ends once";
  ASSERT_TRUE(world_.alive.contains(e.generation)) << "granted on a dead launch";
  ASSERT_EQ(world_.alive.at(e.generation).phase, Phase::kReady) << "granted before it was ready";
  ASSERT_FALSE(world_.shutdown) << "granted during shutdown";
  expect_known(e.model);
  ASSERT_EQ(world_.model_of.at(e.ticket), e.model);
  expect_first_of_its_model(e);
  const int limit = world_.options.at(e.model).concurrency_limit;
  ASSERT_TRUE(limit == 0 || world_.count_on(e.generation) < limit) << "more at once than may";
  expect_no_overdue_claim_on(e);
}

void Promises::judge_one(const Reject& e) {
  ASSERT_EQ(world_.state_of(e.ticket), TicketState::kWaiting) << "a ticket ends once";
  ASSERT_EQ(e.reason == RejectReason::kPinned, !e.pins.empty());
  for (const ModelId& pin : e.pins) {
    ASSERT_TRUE(world_.runs(pin) && world_.options.at(pin).pinned) << pin;
    ASSERT_FALSE(policy_->evictions(e.model, world_.live()).empty()) << "there is room";
  }
  const Claim* oldest = world_.oldest_of(e.model);
  if (oldest && oldest->ticket == e.ticket) {  // the room was made for it
    committed_.erase(e.model);
    committed_before_.erase(e.model);
  }
  ASSERT_TRUE(e.reason != RejectReason::kFrozen || (world_.frozen && !world_.loads(e.model)));
  ASSERT_TRUE(e.reason != RejectReason::kUnknownModel || world_.removed.contains(e.model));
  ASSERT_TRUE(e.reason != RejectReason::kNotLoaded || world_.use_of.at(e.ticket) == Use::kGlance);
  if (e.reason == RejectReason::kQueueFull) expect_full_queue(e);
  if (e.reason == RejectReason::kCrashLoop) expect_held(e);
}

void Promises::expect_held(const Reject& e) const {
  const Row row = world_.row_of(e.model);
  ASSERT_LT(world_.now, row.held_until) << "the brake does not hold";
  ASSERT_EQ(e.held.left, row.held_until - world_.now);
  ASSERT_EQ(e.held.failures, row.failures);
}

void Promises::judge_one(const StartProcess& e) {
  ASSERT_GE(world_.now, world_.row_of(e.model).held_until) << "started though the brake holds";
  expect_known(e.model);
  const std::vector<ModelId> running = world_.live();
  for (const ModelId& id : running) ASSERT_NE(id, e.model) << "started twice";
  ASSERT_TRUE(policy_->evictions(e.model, running).empty()) << "started beside what it must evict";
  ASSERT_FALSE(world_.frozen && e.reason == "request") << "loaded while frozen";
  ASSERT_FALSE(world_.prefetching.contains(e.model)) << "both read the disk";
  if (!committed_before_.contains(e.model)) expect_in_order(e.model);
  committed_.erase(e.model);
  restarting_.erase(e.model);
  if (renewed_.erase(e.model) > 0) renewals_.insert(e.generation);
  if (const Claim* oldest = world_.oldest_of(e.model)) begun_for_[e.generation] = oldest->ticket;
}

void Promises::judge_one(const StopProcess& e) {
  ASSERT_TRUE(world_.alive.contains(e.generation));
  ASSERT_TRUE(e.reason != "removed from the configuration" || world_.removed.contains(e.model));
  if (e.reason == "the configuration has changed") {
    ASSERT_TRUE(world_.is_outdated(e.generation));
    const bool was_ready = world_.alive.at(e.generation).phase == Phase::kReady;
    const bool is_wanted = world_.oldest_of(e.model) || renewals_.contains(e.generation);
    if (was_ready || is_wanted) renewed_.insert(e.model);
  }
  const bool told = world_.revoked.contains(e.generation) || world_.over.contains(e.generation);
  ASSERT_TRUE(world_.count_on(e.generation) == 0 || told) << "cut without being told";
  ASSERT_FALSE(world_.lent_to(e.model, e.generation) && !told) << "cut while lent";
  if (e.reason == "idle") {
    const Duration ttl = world_.ttl_of(e.model);
    ASSERT_GE(world_.now, world_.last_use(e.generation) + ttl) << "stopped too early";
    ASSERT_FALSE(world_.frozen);
  }
  if (e.reason.starts_with("swap")) expect_may_be_evicted(e);
}

void Promises::judge_one(const OpenGate& e) const {
  ASSERT_TRUE(world_.gates);
  ASSERT_FALSE(world_.lent.contains(e.model)) << "opened before it was closed";
}

void Promises::judge_one(const CloseGate& e) const {
  ASSERT_TRUE(world_.lent_to(e.model, e.generation));
  ASSERT_TRUE(world_.lent.at(e.model).open) << "closed twice";
}

void Promises::judge_one(const Prefetch& e) const {
  ASSERT_FALSE(world_.prefetching.contains(e.model)) << "once for each claim";
  ASSERT_TRUE(renewed_.contains(e.model) || world_.oldest_of(e.model)) << "read ahead for nobody";
  ASSERT_TRUE(world_.any_removed_alive() || !policy_->evictions(e.model, world_.live()).empty())
      << "nothing must go for it";
  for (const auto& [generation, launch] : world_.alive) {
    ASSERT_NE(launch.model, e.model) << "read ahead though it is there";
    ASSERT_NE(launch.phase, Phase::kStarting) << "read ahead beside a load";
  }
}

void Promises::judge_one(const EndPrefetch& e) const { ASSERT_TRUE(world_.prefetching.contains(e.model)); }

void Promises::judge_one(const ArmTimer& e) const { ASSERT_FALSE(world_.timers.contains(e.timer)); }

void Promises::judge_one(const CancelTimer& e) const { ASSERT_TRUE(world_.timers.contains(e.timer)); }

void Promises::judge_one(const OperationDone& e) const {
  ASSERT_TRUE(world_.operations.contains(e.op)) << "an operation ends once";
}

// Room is made for a model: that is when it is its turn.
void Promises::judge_one(const Note& e) {
  if (!e.text.starts_with("room for ")) return;
  const ModelId model(e.text.substr(9, e.text.find(':') - 9));
  committed_.insert(model);
  expect_in_order(model);
}

// Nobody who is overdue, or goes first by priority or age, needs the model gone.
void Promises::expect_in_order(const ModelId& model) const {
  if (restarting_.contains(model) || renewed_.contains(model)) return;  // the place is its own
  const Claim* own = world_.oldest_of(model);
  const bool can_wait = own && !world_.is_overdue(*own);
  const int priority = world_.options.at(model).priority;
  bool mine = false;
  for (const Claim& other : world_.order) {
    mine = mine || (world_.waits(other) && other.model == model);
    if (!world_.seeks_room(other) || fits(other, model)) continue;
    const int others = world_.options.at(other.model).priority;
    const bool outranks = can_wait && others > priority;
    const bool first = outranks || (!mine && (others == priority || world_.is_overdue(other)));
    ASSERT_FALSE(first) << "ticket " << other.ticket << " or operation " << other.op << " waited longer";
  }
}

void Promises::expect_known(const ModelId& model) const {
  ASSERT_FALSE(world_.removed.contains(model)) << model << " is no longer named";
}

void Promises::expect_first_of_its_model(const Grant& e) const {
  for (const Claim& earlier : world_.order) {
    if (earlier.ticket == e.ticket) break;
    ASSERT_FALSE(earlier.ticket && world_.waits(earlier) && earlier.model == e.model);
  }
}

// Once a waiter is overdue no later request gets a lease on a model in its way, but for those who came
// before that moment and joined a load, and for the one that a load was begun for.
void Promises::expect_no_overdue_claim_on(const Grant& e) const {
  if (was_begun_for(e.generation, e.ticket)) return;
  TimePoint since{};
  for (const Claim& earlier : world_.order) {
    if (earlier.ticket == e.ticket) since = earlier.since;
  }
  for (const Claim& earlier : world_.order) {
    if (earlier.ticket == e.ticket) break;
    if (!holds_up(earlier, e.model)) continue;
    ASSERT_TRUE(loaded_ == e.model && since <= earlier.since + world_.max_wait)
        << "ticket " << earlier.ticket << " or operation " << earlier.op << " is overdue";
  }
}

// Beside the one that is refused.
void Promises::expect_full_queue(const Reject& e) const {
  const auto waiting = std::count_if(world_.order.begin(), world_.order.end(), [&](const Claim& claim) {
    return claim.ticket && claim.ticket != e.ticket && claim.model == e.model && world_.waits(claim);
  });
  ASSERT_GE(waiting, world_.options.at(e.model).queue_limit);
}

void Promises::expect_may_be_evicted(const StopProcess& e) const {
  ASSERT_FALSE(world_.options.at(e.model).pinned) << "evicted though pinned";
  ASSERT_FALSE(world_.must_stay(e.generation)) << "evicted too early";
  if (renewals_.contains(e.generation)) return;  // it was not loaded for somebody who waits
  const auto begun = begun_for_.find(e.generation);
  ASSERT_FALSE(world_.ready_at.contains(e.generation) && begun != begun_for_.end() &&
               world_.state_of(begun->second) == TicketState::kWaiting)
      << "loaded for nothing";
}

void Promises::after(const View& view) {
  check_overdue(view);
  for (const ModelView& m : view.models) check_model(m);
  const bool quiet = !world_.any_running() && !world_.any_outstanding() && !world_.any_must_stay() &&
                     !world_.any_timer_due();
  EXPECT_FALSE(quiet && world_.some_of(TicketState::kWaiting)) << "somebody waits and nothing will happen";
  const auto is_over = [this](const ModelId& model) { return !world_.oldest_of(model); };
  for (const ModelId& model : world_.prefetching) {
    EXPECT_TRUE(renewed_.contains(model) || !is_over(model)) << model << " is not wanted";
  }
  std::erase_if(committed_, is_over);
  std::erase_if(restarting_, is_over);
}

void Promises::at_the_end(const View& view) const {
  ASSERT_FALSE(world_.any_running());
  for (const auto& [id, state] : world_.tickets) FAIL() << "ticket " << id << " has not ended";
  ASSERT_TRUE(world_.operations.empty()) << "operation " << *world_.operations.begin();
  for (const ModelView& m : view.models) {
    ASSERT_EQ(m.waiting, 0);
    ASSERT_EQ(m.in_flight, 0);
    ASSERT_TRUE(!world_.shutdown || m.state == State::kStopped);
  }
}

// The oldest one who is overdue is in nobody's way: where it fits it has been started.
void Promises::check_overdue(const View& view) const {
  if (!committed_.empty() || !restarting_.empty() || !renewed_.empty() || world_.any_timer_due()) return;
  const auto drains = [&](const ModelId& model) {
    return std::any_of(view.models.begin(), view.models.end(),
                       [&](const ModelView& one) { return one.id == model && one.draining; });
  };
  for (const Claim& claim : world_.order) {
    if (!world_.waits(claim)) continue;
    if (drains(claim.model)) return;  // its claim is to the place that it leaves
    if (world_.runs(claim.model)) continue;
    if (!world_.is_overdue(claim)) return;
    const std::vector<ModelId> beside = world_.live();
    if (std::find(beside.begin(), beside.end(), claim.model) != beside.end()) return;
    // They may stand in the way of what was not named with them.
    if (world_.any_removed_alive()) return;
    ASSERT_FALSE(policy_->evictions(claim.model, beside).empty())
        << "ticket " << claim.ticket << " or operation " << claim.op << " is overdue and fits";
    return;
  }
}

void Promises::check_model(const ModelView& m) const {
  ASSERT_GE(m.in_flight, 0);
  check_gate(m);
  int waiting = 0, running = 0;
  for (const auto& [t, state] : world_.tickets) {
    if (world_.model_of.at(t) != m.id) continue;
    waiting += state == TicketState::kWaiting;
    running += state == TicketState::kRunning && world_.generation_of.at(t) == m.generation;
  }
  ASSERT_EQ(m.waiting, waiting) << m.id;
  ASSERT_TRUE(waiting == 0 || world_.now >= world_.row_of(m.id).held_until)
      << m.id << " is waited for in vain";
  ASSERT_LE(m.waiting, world_.options.at(m.id).queue_limit);
  ASSERT_EQ(m.in_flight, running) << m.id;
  ASSERT_FALSE(m.state == State::kReady && running == 0 && !world_.lent.contains(m.id) &&
               world_.is_outdated(m.generation))
      << m.id << " is idle and not renewed";
  ASSERT_EQ(m.generation && world_.alive.contains(m.generation), m.state != State::kStopped) << m.id;
}

// A gate is open only while requests would be granted on arrival, and then always, unless somebody seeks
// room and it matters who is in use.
void Promises::check_gate(const ModelView& m) const {
  const std::vector<Claim>& order = world_.order;
  const bool held =
      std::any_of(order.begin(), order.end(), [&](const Claim& claim) { return holds_up(claim, m.id); });
  const bool limited = world_.options.at(m.id).concurrency_limit > 0;
  const bool kept = m.draining || world_.is_outdated(m.generation);
  const bool serves = m.state == State::kReady && !kept && !world_.shutdown && !held && !limited;
  const bool sought = !renewed_.empty() || std::any_of(order.begin(), order.end(), [&](const Claim& claim) {
    return world_.waits(claim);
  });
  const auto it = world_.lent.find(m.id);
  if (it == world_.lent.end()) {
    ASSERT_FALSE(world_.gates && serves && !sought) << m.id << " is not lent out";
  } else if (it->second.open) {
    ASSERT_TRUE(serves) << m.id << " is lent out";
    ASSERT_EQ(it->second.generation, m.generation) << "open for a launch that has gone";
  }
}

bool Promises::fits(const Claim& claim, const ModelId& model) const {
  return claim.model == model || policy_->evictions(claim.model, {model}).empty();
}

bool Promises::is_pinned_out(const Claim& claim) const {
  return std::any_of(world_.alive.begin(), world_.alive.end(), [&](const auto& one) {
    const ModelId& model = one.second.model;
    return world_.options.at(model).pinned && !fits(claim, model);
  });
}

// min_residency keeps what is in the claim's way.
bool Promises::something_must_stay(const Claim& claim) const {
  if (world_.min_residency == Duration::zero()) return false;
  return std::any_of(world_.alive.begin(), world_.alive.end(), [&](const auto& one) {
    const auto& [generation, launch] = one;
    if (fits(claim, launch.model)) return false;
    return !world_.ready_at.contains(generation) || world_.must_stay(generation);
  });
}

// It is overdue and needs the model gone, and that will be.
bool Promises::holds_up(const Claim& claim, const ModelId& model) const {
  return world_.seeks_room(claim) && world_.is_overdue(claim) && !fits(claim, model) &&
         !something_must_stay(claim) && !is_pinned_out(claim);
}

bool Promises::was_begun_for(Generation generation, TicketId ticket) const {
  const auto begun = begun_for_.find(generation);
  return begun != begun_for_.end() && begun->second == ticket;
}

}  // namespace paddock::scheduler::walk
