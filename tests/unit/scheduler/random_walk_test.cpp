// A random life of four models. After each step the promises of scheduler.h are checked; at the end
// everything outstanding is answered, and then nobody may be left waiting. More than a million steps in all.
//
// The world: processes answer StartProcess and StopProcess some steps later, or fail, or crash; clients come,
// leave and finish; others slip in and out of open gates, which nobody is told; people load, unload, restart,
// cancel, freeze and thaw. Each walk has its own patience, residency, priorities, limits and pins. Seeds are
// fixed; a failure prints its seed and the last events and effects.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

constexpr int kWalks = 450;
constexpr int kSteps = 400;

enum class Rule { kOne, kCase, kGroups, kSets, kLoner, kTwoOfThree };
enum class TicketState { kWaiting, kRunning, kEnded };
// A request, a load or a restart: what stands in the queue.
struct Claim {
  TicketId ticket;
  OpId op;
  ModelId model;
  TimePoint since;
};
enum class Phase { kStarting, kReady, kFailed, kStopping };
// The brake, kept by the walk's own hand.
struct Row {
  int failures = 0;
  TimePoint held_until{};
};
// What a model was lent out for: from OpenGate to GateClosed.
struct Lent {
  Generation generation;
  bool open = true;
  bool answered = false;  // that it is in use
  int inside = 0;
};

class Walk {
 public:
  Walk(unsigned seed, Rule rule, bool gates) : random_(seed), gates_(gates), policy_(make_policy(rule)) {
    Options options;
    options.gates = gates;
    options.max_wait = max_wait_ = seconds(pick(3) * 8);
    options.min_residency = min_residency_ = seconds(pick(3) / 2 * 5);
    const bool plain = pick(2) == 0;
    if (pick(2)) backoff_ = {seconds(1 + pick(3)), seconds(4 + pick(8))};
    for (const char* id : {"a", "b", "A", "B"}) {
      ModelOptions model{ModelId(id), seconds(pick(2) * 20), seconds(1 + pick(5))};
      if (!plain) vary(model);
      options.models.push_back(model);
      ids_.push_back(model.id);
      options_[model.id] = model;
    }
    scheduler_ = std::make_unique<Scheduler>(options, make_policy(rule));
    twin_ = std::make_unique<Scheduler>(options, make_policy(rule));
  }

  void step() {
    now_ += std::chrono::milliseconds(pick(800));
    if (gates_ && pick(3) == 0) return pick(2) ? enter_gate() : leave_gate();
    if (pick(60) == 0) return freeze_or_thaw();
    switch (pick(20)) {
      case 0:
        return load();
      case 1:
        return pick(3) ? unload() : unload_all();
      case 2:
        return pick(2) ? restart() : cancel_load();
      case 3:
      case 4:
        return leave();
      case 5:
        return crash();
      case 6:
      case 7:
      case 8:
      case 9:
        return arrive();
      case 10:
      case 11:
      case 12:
        return finish();
      default:
        return world();
    }
  }

  void shut_down() {
    shutdown_ = next_op();
    for (const ModelId& model : ids_) told_to_go(model);
    send(ShutdownRequested{shutdown_});
    if (pick(2)) send(ShutdownCut{pick(2) ? std::optional<Duration>(seconds(1)) : std::nullopt});
  }

  // Requests that got a place end, processes do what they were told: then nobody waits.
  void settle() {
    for (int i = 0; i < 10'000 && (any_running() || !alive_.empty()); ++i) {
      now_ += std::chrono::milliseconds(100);
      if (!any_running() && !any_outstanding() && !some_of(TicketState::kWaiting) && operations_.empty())
        break;
      pick(2) ? finish() : world();
      leave_gate();
    }
    ASSERT_FALSE(any_running());
    for (const auto& [id, state] : tickets_) FAIL() << "ticket " << id << " has not ended";
    ASSERT_TRUE(operations_.empty()) << "operation " << *operations_.begin();
    for (const ModelView& m : scheduler_->view().models) {
      ASSERT_EQ(m.waiting, 0);
      ASSERT_EQ(m.in_flight, 0);
      ASSERT_TRUE(!shutdown_ || m.state == State::kStopped);
    }
  }

  std::string history() const {
    std::string out;
    for (const std::string& line : history_) out += line + "\n";
    return out;
  }

 private:
  static std::unique_ptr<EvictionPolicy> make_policy(Rule rule) {
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
  void vary(ModelOptions& model) {
    model.priority = pick(3);
    model.concurrency_limit = pick(3);
    if (pick(4) == 0) model.queue_limit = 2;
    model.pinned = pick(8) == 0;
  }
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  const ModelId& some_model() { return ids_[static_cast<std::size_t>(pick(4))]; }
  OpId next_op() {
    ++last_op_.value;
    operations_.insert(last_op_);
    return last_op_;
  }

  // What can happen.
  void arrive() {
    const TicketId ticket{++last_ticket_};
    const ModelId& model = some_model();
    tickets_[ticket] = TicketState::kWaiting;
    model_of_[ticket] = model;
    order_.push_back({ticket, {}, model, now_});
    send(RequestArrived{ticket, model});
  }
  void leave() {
    if (const TicketId t = some_ticket(TicketState::kWaiting)) send(RequestCancelled{t});
  }
  void finish() {
    const TicketId t = some_ticket(TicketState::kRunning);
    if (!t) return;
    used_at_[generation_of_[t]] = now_;
    end(t);
    send(RequestFinished{t});
  }
  void enter_gate() {
    if (Lent* gate = some_gate([](const Lent& lent) { return lent.open; })) ++gate->inside;
  }
  void leave_gate() {
    Lent* gate = some_gate([](const Lent& lent) { return lent.inside > 0; });
    if (!gate) return;
    --gate->inside;
    used_at_[gate->generation] = left_at_[gate->generation] = now_;
    if (gate->inside == 0 && !gate->open && pick(2)) gate_closed();
  }
  // The first news of a closed gate comes soon, that it is empty may be late.
  void gate_answers() {
    for (auto& [model, lent] : lent_) {
      if (lent.open || lent.inside == 0 || std::exchange(lent.answered, true)) continue;
      return send(GateInUse{model, lent.generation});
    }
    gate_closed();
  }
  void gate_closed() {
    const Lent* gate = some_gate([](const Lent& lent) { return !lent.open && lent.inside == 0; });
    if (!gate) return;
    for (auto it = lent_.begin(); it != lent_.end(); ++it) {
      if (&it->second != gate) continue;
      const GateClosed event{it->first, gate->generation, left_at_[gate->generation]};
      lent_.erase(it);
      return send(event);
    }
  }
  template <class Matches>
  Lent* some_gate(Matches matches) {
    std::vector<Lent*> all;
    for (auto& [model, lent] : lent_) {
      if (matches(lent)) all.push_back(&lent);
    }
    return all.empty() ? nullptr : all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
  }
  void load() {
    const OpId op = queued_op();
    rows_.erase(order_.back().model);
    send(LoadRequested{op, order_.back().model});
  }
  void unload() {
    const ModelId& model = some_model();
    told_to_go(model);
    send(UnloadRequested{next_op(), {model}, pick(2) ? UnloadMode::kNow : UnloadMode::kDrain});
  }
  OpId queued_op() {
    order_.push_back({{}, next_op(), some_model(), now_});
    return last_op_;
  }
  void unload_all() {
    for (const ModelId& model : ids_) told_to_go(model);
    send(UnloadRequested{next_op(), {}, UnloadMode::kDrain});
  }
  void restart() {
    const OpId op = queued_op();
    rows_.erase(order_.back().model);
    told_to_go(order_.back().model);
    send(RestartRequested{op, order_.back().model});
  }
  void freeze_or_thaw() {
    frozen_ = !frozen_;
    if (frozen_) return send(FreezeRequested{next_op()});
    send(ThawRequested{next_op()});
  }
  void cancel_load() { send(LoadCancelled{next_op(), some_model()}); }
  void crash() {
    if (alive_.empty() || pick(4)) return;
    auto it = std::next(alive_.begin(), pick(static_cast<int>(alive_.size())));
    if (it->second.second == Phase::kReady) exit(it);
  }
  // One process, or timer, does what is due.
  void world() {
    if (gates_ && pick(2)) gate_answers();
    if (alive_.empty()) return;
    for (const auto& [timer, at] : timers_) {
      if (at <= now_ && pick(2)) return fire(timer);
    }
    auto it = std::next(alive_.begin(), pick(static_cast<int>(alive_.size())));
    auto& [model, phase] = it->second;
    const Generation generation = it->first;
    if (phase == Phase::kStarting && pick(5)) {
      phase = Phase::kReady;
      ready_at_[generation] = now_;
      return send(ProcessReady{model, generation});
    }
    if (phase == Phase::kStarting) {
      phase = Phase::kFailed;
      bad_end(model);
      return send(ProcessFailed{model, generation, "failed", backoff_});
    }
    if (phase != Phase::kReady) return exit(it);
  }
  using Alive = std::map<Generation, std::pair<ModelId, Phase>>;
  void exit(Alive::iterator it) {
    const ProcessExited event{it->second.first, it->first, "exit", pick(3) ? backoff_ : Backoff{}};
    if (it->second.second == Phase::kReady && !told_to_go_.contains(it->first)) crashed(event);
    alive_.erase(it);
    send(event);
  }
  void crashed(const ProcessExited& event) {
    const bool well = event.backoff == Backoff{} || now_ >= ready_at_[event.generation] + kSettled;
    if (well)
      rows_[event.model].failures = 0;
    else if (rows_[event.model].failures == 0)
      rows_[event.model].failures = 1;
    else
      bad_end(event.model);
  }
  void bad_end(const ModelId& model) {
    Row& row = rows_[model];
    Duration time = backoff_.first;
    for (int i = 0; i < row.failures; ++i) time = std::min(2 * time, backoff_.most);
    ++row.failures;
    if (backoff_ != Backoff{}) row.held_until = now_ + time;
  }
  // Its own end is ordered from here on.
  void told_to_go(const ModelId& model) {
    for (const auto& [generation, launch] : alive_) {
      if (launch == std::pair(model, Phase::kReady)) told_to_go_.insert(generation);
    }
  }
  void fire(TimerId timer) {
    timers_.erase(timer);
    send(TimerFired{timer});
  }

  bool any_running() const {
    for (const auto& [model, lent] : lent_) {
      if (lent.inside > 0) return true;
    }
    return some_of(TicketState::kRunning);
  }
  bool any_outstanding() const {
    for (const auto& [model, lent] : lent_) {
      if (!lent.open) return true;
    }
    for (const auto& [generation, launch] : alive_) {
      if (launch.second != Phase::kReady) return true;
    }
    return false;
  }
  bool any_timer_due() const {
    return std::any_of(timers_.begin(), timers_.end(),
                       [this](const auto& one) { return one.second <= now_; });
  }
  bool any_resident() const {
    for (const auto& [generation, at] : ready_at_) {
      if (alive_.contains(generation) && now_ < at + min_residency_) return true;
    }
    return false;
  }
  bool some_of(TicketState state) const {
    for (const auto& [id, s] : tickets_) {
      if (s == state) return true;
    }
    return false;
  }
  TicketId some_ticket(TicketState state) {
    std::vector<TicketId> all;
    for (const auto& [id, s] : tickets_) {
      if (s == state) all.push_back(id);
    }
    return all.empty() ? TicketId{} : all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
  }

  void send(const Event& event) {
    note(event);
    const ProcessReady* const ready = std::get_if<ProcessReady>(&event);
    loaded_ = ready ? ready->model : ModelId();
    committed_before_ = committed_;
    if (pick(8) == 0) {
      scheduler_->plan(some_model(), {}, now_);
      scheduler_->queue(now_);
    }
    const std::vector<Effect> effects = scheduler_->on(event, now_);
    ASSERT_EQ(effects, twin_->on(event, now_)) << "asking changed something";
    if (const auto* restart = std::get_if<RestartRequested>(&event)) {
      if (runs(restart->model)) restarting_.insert(restart->model);
    }
    for (const Effect& effect : effects) {
      note(effect);
      std::visit([this](const auto& e) { obey(e); }, effect);
    }
    check();
    const auto is_over = [this](const ModelId& model) { return !oldest_of(model); };
    std::erase_if(committed_, is_over);
    std::erase_if(restarting_, is_over);
    std::erase_if(order_, [this](const Claim& claim) { return !waits(claim); });
  }

  // What must hold when an order is given.
  void obey(const Grant& e) {
    ASSERT_EQ(state_of(e.ticket), TicketState::kWaiting) << "a ticket ends once";
    ASSERT_TRUE(alive_.contains(e.generation)) << "granted on a dead launch";
    ASSERT_EQ(alive_[e.generation].second, Phase::kReady) << "granted before it was ready";
    ASSERT_FALSE(shutdown_) << "granted during shutdown";
    ASSERT_EQ(model_of_[e.ticket], e.model);
    for (const Claim& earlier : order_) {  // FIFO within a model
      if (earlier.ticket == e.ticket) break;
      ASSERT_FALSE(earlier.ticket && waits(earlier) && earlier.model == e.model);
    }
    const int limit = options_[e.model].concurrency_limit;
    ASSERT_TRUE(limit == 0 || count_on(e.generation) < limit) << "more at once than may";
    expect_no_overdue_claim_on(e);
    tickets_[e.ticket] = TicketState::kRunning;
    generation_of_[e.ticket] = e.generation;
  }
  void obey(const Reject& e) {
    ASSERT_EQ(state_of(e.ticket), TicketState::kWaiting) << "a ticket ends once";
    ASSERT_EQ(e.reason == RejectReason::kPinned, !e.pins.empty());
    for (const ModelId& pin : e.pins) {
      ASSERT_TRUE(options_[pin].pinned && runs(pin)) << pin;
      ASSERT_FALSE(policy_->evictions(e.model, live()).empty()) << "there is room";
    }
    const Claim* oldest = oldest_of(e.model);
    if (oldest && oldest->ticket == e.ticket) {  // the room was made for it
      committed_.erase(e.model);
      committed_before_.erase(e.model);
    }
    ASSERT_TRUE(e.reason != RejectReason::kFrozen || (frozen_ && !loads(e.model)));
    if (e.reason == RejectReason::kCrashLoop) expect_held(e);
    end(e.ticket);
    if (e.reason != RejectReason::kQueueFull) return;
    const auto waiting = std::count_if(order_.begin(), order_.end(), [&](const Claim& claim) {
      return claim.ticket && claim.model == e.model && waits(claim);
    });
    ASSERT_GE(waiting, options_[e.model].queue_limit);
  }
  void expect_held(const Reject& e) {
    const Row& row = rows_[e.model];
    ASSERT_LT(now_, row.held_until) << "the brake does not hold";
    ASSERT_EQ(e.held.left, row.held_until - now_);
    ASSERT_EQ(e.held.failures, row.failures);
  }
  void obey(const StartProcess& e) {
    ASSERT_GE(now_, rows_[e.model].held_until) << "started though the brake holds";
    std::vector<ModelId> running;
    for (const auto& [generation, launch] : alive_) running.push_back(launch.first);
    for (const ModelId& id : running) ASSERT_NE(id, e.model) << "started twice";
    ASSERT_TRUE(policy_->evictions(e.model, running).empty()) << "started beside what it must evict";
    ASSERT_FALSE(frozen_ && e.reason == "request") << "loaded while frozen";
    if (!committed_before_.contains(e.model)) expect_in_order(e.model);
    committed_.erase(e.model);
    restarting_.erase(e.model);
    if (const Claim* oldest = oldest_of(e.model)) begun_for_[e.generation] = oldest->ticket;
    alive_[e.generation] = {e.model, Phase::kStarting};
  }
  void obey(const StopProcess& e) {
    ASSERT_TRUE(alive_.contains(e.generation));
    const bool busy = runs_on(e.generation);
    ASSERT_TRUE(!busy || revoked_.contains(e.generation)) << "cut without being told";
    ASSERT_FALSE(lent_to(e.model, e.generation) && !revoked_.contains(e.generation)) << "cut while lent";
    if (e.reason == "idle") {
      ASSERT_GE(now_, used_at_[e.generation] + options_[e.model].ttl) << "stopped too early";
      ASSERT_FALSE(frozen_);
    }
    if (e.reason.starts_with("swap")) {
      ASSERT_FALSE(options_[e.model].pinned) << "evicted though pinned";
      const bool was_ready = ready_at_.contains(e.generation);
      ASSERT_TRUE(!was_ready || now_ >= ready_at_[e.generation] + min_residency_) << "evicted too early";
      ASSERT_FALSE(was_ready && state_of(begun_for_[e.generation]) == TicketState::kWaiting)
          << "loaded for nothing";
    }
    if (alive_[e.generation].second == Phase::kReady) rows_[e.model].failures = 0;
    if (alive_[e.generation].second != Phase::kFailed) alive_[e.generation].second = Phase::kStopping;
  }
  void obey(const Revoke& e) { revoked_.insert(e.generation); }
  void obey(const OpenGate& e) {
    ASSERT_TRUE(gates_);
    ASSERT_TRUE(lent_.emplace(e.model, Lent{e.generation}).second) << "opened before it was closed";
  }
  void obey(const CloseGate& e) {
    ASSERT_TRUE(lent_to(e.model, e.generation));
    ASSERT_TRUE(std::exchange(lent_[e.model].open, false)) << "closed twice";
  }
  void obey(const ArmTimer& e) { ASSERT_TRUE(timers_.emplace(e.timer, e.at).second); }
  void obey(const CancelTimer& e) { ASSERT_EQ(timers_.erase(e.timer), 1u); }
  void obey(const OperationDone& e) { ASSERT_EQ(operations_.erase(e.op), 1u) << "an operation ends once"; }
  // Room is made for a model: that is when it is its turn.
  void obey(const Note& e) {
    if (!e.text.starts_with("room for ")) return;
    const ModelId model(e.text.substr(9, e.text.find(':') - 9));
    committed_.insert(model);
    expect_in_order(model);
  }

  // Waits for a model that is not there.
  bool seeks_room(const Claim& claim) const { return waits(claim) && !runs(claim.model); }
  bool is_overdue(const Claim& claim) const { return now_ >= claim.since + max_wait_; }
  bool fits(const Claim& claim, const ModelId& model) const {
    return claim.model == model || policy_->evictions(claim.model, {model}).empty();
  }

  const Claim* oldest_of(const ModelId& model) const {
    const auto it = std::find_if(order_.begin(), order_.end(),
                                 [&](const Claim& claim) { return claim.model == model && waits(claim); });
    return it == order_.end() ? nullptr : &*it;
  }
  std::vector<ModelId> live() const {
    std::vector<ModelId> out;
    for (const auto& [generation, launch] : alive_) out.push_back(launch.first);
    return out;
  }
  bool drains(const ModelId& model) const {
    const View view = scheduler_->view();
    return std::any_of(view.models.begin(), view.models.end(),
                       [&](const ModelView& one) { return one.id == model && one.draining; });
  }
  // The oldest one who is overdue is in nobody's way: where it fits it has been started.
  void check_overdue() const {
    if (!committed_.empty() || !restarting_.empty() || any_timer_due()) return;
    for (const Claim& claim : order_) {
      if (!waits(claim)) continue;
      if (drains(claim.model)) return;  // its claim is to the place that it leaves
      if (runs(claim.model)) continue;
      if (!is_overdue(claim)) return;
      const std::vector<ModelId> beside = live();
      if (std::find(beside.begin(), beside.end(), claim.model) != beside.end()) return;
      ASSERT_FALSE(policy_->evictions(claim.model, beside).empty())
          << "ticket " << claim.ticket << " or operation " << claim.op << " is overdue and fits";
      return;
    }
  }

  // Nobody who is overdue, or goes first by priority or age, needs the model gone.
  void expect_in_order(const ModelId& model) {
    if (restarting_.contains(model)) return;  // the place is its own
    const Claim* own = oldest_of(model);
    const bool can_wait = own && !is_overdue(*own);
    bool mine = false;
    for (const Claim& other : order_) {
      mine = mine || (waits(other) && other.model == model);
      if (!seeks_room(other) || fits(other, model)) continue;
      const bool same = options_[other.model].priority == options_[model].priority;
      const bool outranks = can_wait && options_[other.model].priority > options_[model].priority;
      const bool first = outranks || (!mine && (same || is_overdue(other)));
      ASSERT_FALSE(first) << "ticket " << other.ticket << " or operation " << other.op << " waited longer";
    }
  }

  // Once a waiter is overdue no later request gets a lease on a model in its way, but for those who came
  // before that moment and joined a load, and for the one that a load was begun for.
  void expect_no_overdue_claim_on(const Grant& e) {
    const auto begun = begun_for_.find(e.generation);
    if (begun != begun_for_.end() && begun->second == e.ticket) return;
    TimePoint since{};
    for (const Claim& earlier : order_) {
      if (earlier.ticket == e.ticket) since = earlier.since;
    }
    for (const Claim& earlier : order_) {
      if (earlier.ticket == e.ticket) break;
      if (!seeks_room(earlier) || !is_overdue(earlier) || fits(earlier, e.model)) continue;
      if (something_must_stay(earlier) || is_pinned_out(earlier)) continue;
      ASSERT_TRUE(loaded_ == e.model && since <= earlier.since + max_wait_)
          << "ticket " << earlier.ticket << " or operation " << earlier.op << " is overdue";
    }
  }
  bool is_pinned_out(const Claim& claim) const {
    return std::any_of(alive_.begin(), alive_.end(), [&](const auto& one) {
      const ModelId& model = one.second.first;
      return options_.at(model).pinned && !fits(claim, model);
    });
  }
  // min_residency keeps what is in the claim's way.
  bool something_must_stay(const Claim& claim) const {
    if (min_residency_ == Duration::zero()) return false;
    return std::any_of(alive_.begin(), alive_.end(), [&](const auto& one) {
      if (fits(claim, one.second.first)) return false;
      const auto ready = ready_at_.find(one.first);
      return ready == ready_at_.end() || now_ < ready->second + min_residency_;
    });
  }
  bool loads(const ModelId& model) const {
    return std::any_of(alive_.begin(), alive_.end(),
                       [&](const auto& one) { return one.second == std::pair(model, Phase::kStarting); });
  }
  // Loaded, or being loaded, as far as anybody was told.
  bool runs(const ModelId& model) const {
    return std::any_of(alive_.begin(), alive_.end(), [&](const auto& one) {
      const Phase phase = one.second.second;
      return one.second.first == model && (phase == Phase::kStarting || phase == Phase::kReady);
    });
  }
  int count_on(Generation generation) const {
    int count = 0;
    for (const auto& [t, state] : tickets_) {
      count += state == TicketState::kRunning && generation_of_.at(t) == generation;
    }
    return count;
  }
  TicketState state_of(TicketId ticket) const {
    const auto it = tickets_.find(ticket);
    return it == tickets_.end() ? TicketState::kEnded : it->second;
  }
  void end(TicketId ticket) { tickets_.erase(ticket); }
  bool waits(const Claim& claim) const {
    if (claim.op) return operations_.contains(claim.op);
    return state_of(claim.ticket) == TicketState::kWaiting;
  }
  bool runs_on(Generation generation) const {
    for (const auto& [t, state] : tickets_) {
      if (state == TicketState::kRunning && generation_of_.at(t) == generation) return true;
    }
    return false;
  }

  bool lent_to(const ModelId& model, Generation generation) const {
    const auto it = lent_.find(model);
    return it != lent_.end() && it->second.generation == generation;
  }
  // A gate is open only while requests would be granted on arrival, and then always, unless somebody seeks
  // room and it matters who is in use.
  void check_gate(const ModelView& m) const {
    const auto it = lent_.find(m.id);
    const bool held = std::any_of(order_.begin(), order_.end(), [&](const Claim& claim) {
      return seeks_room(claim) && is_overdue(claim) && !fits(claim, m.id) && !something_must_stay(claim) &&
             !is_pinned_out(claim);
    });
    const bool limited = options_.at(m.id).concurrency_limit > 0;
    const bool serves = m.state == State::kReady && !m.draining && !shutdown_ && !held && !limited;
    const bool sought =
        std::any_of(order_.begin(), order_.end(), [&](const Claim& claim) { return waits(claim); });
    if (it == lent_.end()) {
      ASSERT_FALSE(gates_ && serves && !sought) << m.id << " is not lent out";
    } else if (it->second.open) {
      ASSERT_TRUE(serves) << m.id << " is lent out";
      ASSERT_EQ(it->second.generation, m.generation) << "open for a launch that has gone";
    }
  }

  // What must hold between events.
  void check() {
    check_overdue();
    for (const ModelView& m : scheduler_->view().models) {
      ASSERT_GE(m.in_flight, 0);
      check_gate(m);
      int waiting = 0, running = 0;
      for (const auto& [t, state] : tickets_) {
        if (model_of_[t] != m.id) continue;
        waiting += state == TicketState::kWaiting;
        running += state == TicketState::kRunning && generation_of_[t] == m.generation;
      }
      ASSERT_EQ(m.waiting, waiting) << m.id;
      ASSERT_TRUE(waiting == 0 || now_ >= rows_[m.id].held_until) << m.id << " is waited for in vain";
      ASSERT_LE(m.waiting, options_[m.id].queue_limit);
      ASSERT_EQ(m.in_flight, running) << m.id;
      ASSERT_EQ(m.generation && alive_.contains(m.generation), m.state != State::kStopped) << m.id;
    }
    if (any_running() || any_outstanding() || any_resident() || any_timer_due()) return;
    ASSERT_FALSE(some_of(TicketState::kWaiting)) << "somebody waits and nothing will happen";
  }

  template <class T>
  void note(const T& what) {
    std::ostringstream out;
    out << (std::is_same_v<T, Effect> ? "    " : "") << what;
    history_.push_back(out.str());
    if (history_.size() > 60) history_.pop_front();
  }

  std::mt19937 random_;
  const bool gates_;
  std::unique_ptr<EvictionPolicy> policy_;
  std::unique_ptr<Scheduler> scheduler_, twin_;  // the twin is never asked for plans
  std::set<ModelId> restarting_;
  Backoff backoff_;
  std::map<ModelId, Row> rows_;
  std::set<Generation> told_to_go_;
  std::map<Generation, TicketId> begun_for_;
  std::vector<ModelId> ids_;
  TimePoint now_ = at(0);
  std::uint64_t last_ticket_ = 0;
  OpId last_op_, shutdown_;
  std::map<TicketId, TicketState> tickets_;  // that have not ended
  std::map<TicketId, ModelId> model_of_;
  std::map<TicketId, Generation> generation_of_;
  std::vector<Claim> order_;  // of arrival
  std::set<OpId> operations_;
  Alive alive_;
  std::set<Generation> revoked_;
  std::map<ModelId, Lent> lent_;
  std::map<ModelId, ModelOptions> options_;
  Duration max_wait_{}, min_residency_{};
  bool frozen_ = false;
  std::set<ModelId> committed_,
      committed_before_;  // room is being made for them; also before the event at hand
  std::map<Generation, TimePoint> ready_at_;
  std::map<Generation, TimePoint> used_at_, left_at_;  // of any use, of those through the gate
  std::map<TimerId, TimePoint> timers_;
  ModelId loaded_;  // whose load the event at hand ends
  std::deque<std::string> history_;
};

void walk(unsigned seed, Rule rule, bool gates) {
  Walk walk(seed, rule, gates);
  const bool ends = seed % 2 == 0;
  for (int i = 0; i < kSteps && !::testing::Test::HasFailure(); ++i) {
    if (ends && i == kSteps - 20) walk.shut_down();
    walk.step();
  }
  if (!::testing::Test::HasFailure()) walk.settle();
  if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << "\n" << walk.history();
}

TEST(RandomWalk, KeepsThePromisesWithOneModelAtATime) {
  for (unsigned seed = 1; seed <= kWalks && !HasFailure(); ++seed) walk(seed, Rule::kOne, false);
}

TEST(RandomWalk, KeepsThePromisesWithSeveralModels) {
  for (unsigned seed = 1001; seed <= 1000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kCase, false);
}

TEST(RandomWalk, KeepsThePromisesWithGatesAndOneModelAtATime) {
  for (unsigned seed = 2001; seed <= 2000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kOne, true);
}

TEST(RandomWalk, KeepsThePromisesWithGatesAndSeveralModels) {
  for (unsigned seed = 3001; seed <= 3000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kCase, true);
}

TEST(RandomWalk, KeepsThePromisesWithGroups) {
  for (unsigned seed = 4001; seed <= 4000 + kWalks && !HasFailure(); ++seed) {
    walk(seed, Rule::kGroups, seed % 2 == 0);
  }
}

// In turn: two pairs, a model in no set, and any two of three, where no two models show what the third does.
// Each with gates and without, shut down and not.
TEST(RandomWalk, KeepsThePromisesWithAMatrix) {
  const Rule rules[] = {Rule::kSets, Rule::kLoner, Rule::kTwoOfThree};
  for (unsigned seed = 5001; seed <= 5000 + kWalks && !HasFailure(); ++seed) {
    walk(seed, rules[seed % 3], seed / 6 % 2 == 0);
  }
}

}  // namespace
}  // namespace paddock::scheduler
