// The scheduler's body. core.cpp holds what events do to models and tickets, queue.cpp who waits and is
// served, decide.cpp the decisions about those who wait, room.cpp what must go for them, gates.cpp what is
// lent out, brake.cpp what is not started again yet, operations.cpp what people ask for, models.cpp how the
// models themselves change, explain.cpp what people are told.
#pragma once

#include <limits>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "paddock/scheduler/scheduler.h"

namespace paddock::scheduler {

class Scheduler::Core {
 public:
  Core(Options options, std::shared_ptr<const EvictionPolicy> policy);

  std::vector<Effect> on(const Event& event, TimePoint now);
  View view() const;
  std::vector<Waiting> queue(TimePoint now);
  std::optional<Plan> plan(const ModelId& model, const std::vector<LentUse>& lent, TimePoint now);
  std::optional<Plan> plan_beside(const ModelId& model, const std::vector<ModelId>& running) const;

 private:
  // kAsked: closed, and not known yet whether anybody is inside. kInUse: somebody is.
  enum class Gate { kClosed, kOpen, kAsked, kInUse };

  struct Model;
  // Somebody in a queue: a request, a load or restart, or a change of the model, which nobody awaits.
  struct Entry {
    TicketId ticket;  // none but for requests
    OpId op;          // none but for loads and restarts
    bool renewal = false;
    Use use = Use::kWork;
    const char* reason = "request";
    TimePoint since{};
    std::uint64_t number = 0;  // in the order of arrival over all models
  };
  using Queue = std::list<Entry>;
  // Each claim is looked at beside all that go before it. With more of them than this in front, whoever comes
  // later has no chance to fit beside them all, and the time would grow with the square.
  static constexpr std::size_t kMostAhead = 16;
  static constexpr std::uint64_t kNoBarrier = std::numeric_limits<std::uint64_t>::max();

  struct Model {
    ModelOptions options;
    std::optional<Duration> keep_alive;  // of this launch, or of the next one
    State state = State::kStopped;
    Generation generation;     // none while stopped
    bool draining = false;     // ready, but an unload, restart or shutdown waits for its requests to end
    std::string drain_reason;  // of the StopProcess that will follow
    int in_flight = 0;         // granted on this generation and not finished
    Queue queue;               // who waits for it, oldest first
    int waiting = 0;           // of these the requests
    TimePoint claimed_at{};    // since when somebody is queued
    bool committed = false;    // room is being made for its oldest waiter: nobody else may take that
    bool restarting = false;   // it goes to come again: its place stays its own
    std::uint64_t asked = 0;   // the number of the entry that it is being loaded for
    bool noted = false;        // that it waits was said
    bool prefetching = false;  // Prefetch was given for this claim, EndPrefetch was not
    // Set by overdue waiters that the model is in the way of: requests from this number on are not let in,
    // but with a load those are that came before this time.
    std::uint64_t barrier = kNoBarrier;
    TimePoint join_until = TimePoint::max();
    TimePoint ready_at{};
    TimerId timer;  // armed while ready and idle, or while the gate is open, if there is a ttl
    TimePoint timer_at{};
    Gate gate = Gate::kClosed;
    Generation gate_generation;  // the launch it was opened for, which may have died since
    bool idle_check = false;     // the timer fired: the gate closes to learn since when the model is idle
    TimePoint used_at{};  // the last work that is known: a grant's, or what came through a gate that closed
    int failures = 0;     // bad ends in a row
    Generation failed;    // the last of them
    TimePoint held_until{};  // the brake: until then no request starts it, and none waits for it
    Room room;               // what must go for it, as long as the epoch is the same
    std::uint64_t room_epoch = 0;
    std::string launched;  // what its launch was made of
    bool removed = false;  // no longer among the models: nobody is let in, and it goes
    // The rule of the time when it was removed, and whom that knew.
    std::shared_ptr<const EvictionPolicy> last_rule;
    std::unordered_set<ModelId> known;

    Duration ttl() const { return keep_alive.value_or(options.ttl); }
    bool lent() const { return gate != Gate::kClosed && gate_generation == generation; }
    bool busy() const { return in_flight > 0 || lent(); }
    bool live() const { return state == State::kStarting || state == State::kReady; }
    // On its way out, and not to come back into the same place.
    bool leaves() const { return state == State::kStopping || (draining && !restarting); }
    // Takes requests, as far as nobody else's claim forbids it.
    bool serving() const { return state == State::kReady && !draining; }
    // Somebody waits for it to be loaded, and that has not begun.
    bool claims() const { return !queue.empty() && state != State::kStarting && !serving(); }
    // What it would be started with is no longer what it was started with.
    bool outdated() const { return live() && !removed && launched != options.launch; }
    // Who came through the gate before there was a limit is not counted: they go first.
    bool full() const {
      return options.concurrency_limit > 0 && (in_flight >= options.concurrency_limit || lent());
    }
  };
  using Models = std::vector<Model*>;

  struct Ticket {
    Model* model = nullptr;
    Generation generation;  // none while it waits
    Queue::iterator place;  // valid while it waits
    Use use = Use::kWork;
  };

  // An operation that waits for launches to end.
  struct Operation {
    OpId id;
    std::vector<Generation> alive;
  };

  enum class Verdict { kStart, kEvict, kWait, kRefuse };
  struct Decision {
    Verdict verdict = Verdict::kWait;
    Room room;
    const Model* blocker = nullptr;  // kWait: whom it waits for, if another model
    bool is_next = false;            // what it waits for is not a place that another claim has
  };
  enum class Order { kOfClaim, kIdleLast };

  // core.cpp
  void handle(const RequestArrived& event);
  void handle(const RequestCancelled& event);
  void handle(const RequestFinished& event);
  void handle(const ProcessReady& event);
  void handle(const ProcessFailed& event);
  void handle(const ProcessEnded& event);
  void handle(const ProcessExited& event);
  void ended_by_itself(Model& model, const Backoff& backoff);
  void became_idle(Model& model);
  void launch(Model& model, const char* reason);
  void stop(Model& model, Duration grace, std::string reason);
  void cut(Model& model, Duration grace, const std::string& reason);
  Model* find(const ModelId& id) const;
  Model* find_named(const ModelId& id) const;
  Model* find_launch(const ModelId& id, Generation generation) const;
  void emit(Effect effect) { effects_.push_back(std::move(effect)); }

  // queue.cpp
  void admit(Model& model, Entry entry);
  void enter(Model& model, const Entry& entry);
  std::optional<RejectReason> refusal(const Model& model) const;
  bool lets_in(const Model& model, const Entry& entry) const;
  void serve(Model& model, const Entry& entry);
  void serve_waiters(Model& model);
  void serve_joined(Model& model);
  void leave(Model& model, Queue::iterator place);
  void end_waiters(Model& model, RejectReason reason, Generation generation = {},
                   const std::vector<ModelId>& pins = {});
  void end_requests(Model& model, RejectReason reason);
  void end_glances(Model& model);
  void reject(const Model& model, TicketId ticket, RejectReason reason);
  void end_entry(const Model& model, const Entry& entry, RejectReason reason, Generation generation,
                 const std::vector<ModelId>& pins);

  // decide.cpp
  void examine();
  bool sweep(const Models& claims);
  Decision decide(Model& model, const Models& ahead);
  bool harms(const Model& model, const Room& room, Model& claimant);
  const Model* harmed(const Model& model, const Room& room, const Models& ahead);
  bool act(Model& model, const Decision& decision);
  void prefetch(Model& model);
  void end_prefetch(Model& model);
  void set_barriers(const Models& claims);
  Models claims() const;
  bool goes_before(const Model& left, const Model& right) const;
  bool overdue(const Model& model) const { return model.queue.front().since + max_wait_ <= now_; }
  void settle_wake();
  TimePoint next_wake();

  // room.cpp
  Room room_for(const Model& target, Order order) const;
  const Room& claimed_room(Model& claimant);
  std::vector<ModelId> running_for(const Model& target, Order order) const;
  const Model* leaving_in_the_way(const Model& target) const;
  bool blocks(const Model& removed, const Model& target) const;
  std::vector<ModelId> pins_in(const Room& room) const;
  bool is_pinned_out(Model& claimant);
  const Model* not_ready_to_go(const Room& room) const;
  bool may_go(const Model& model) const;
  bool is_resident(const Model& model) const;
  bool uses_are_known() const;
  bool in_use(const Model& model) const;

  // gates.cpp
  void handle(const GateInUse& event);
  void handle(const GateClosed& event);
  bool wants_gate(const Model& model) const;
  bool room_is_sought();
  void settle_gates();
  void settle_gate(Model& model, bool wanted);

  // brake.cpp
  void start_failed(Model& model, const Backoff& backoff);
  void crashed(Model& model, const Backoff& backoff);
  void hold(Model& model, const Backoff& backoff);
  static void release(Model& model);
  bool is_held(const Model& model) const { return now_ < model.held_until; }

  // operations.cpp
  void handle(const TimerFired& event);
  void handle(const LoadRequested& event);
  void handle(const LoadCancelled& event);
  void handle(const UnloadRequested& event);
  void handle(const RestartRequested& event);
  void handle(const ProcessBroken& event);
  void handle(const FreezeRequested& event);
  void handle(const ThawRequested& event);
  void handle(const ShutdownRequested& event);
  void handle(const ShutdownCut& event);
  void drain(Model& model, const char* reason);
  void unload(Model& model, UnloadMode mode);
  void shorten(Model& model, Duration grace);
  Duration until_kill(Duration grace) const;
  void await_exits(OpId op, const Models& models);
  void launch_ended(Generation generation);
  void check_idle(Model& model);
  TimePoint idle_end(const Model& model) const;
  void arm(Model& model, TimePoint at);
  void disarm(Model& model);

  // models.cpp
  void handle(const ModelsChanged& event);
  void handle(const KeepAliveSet& event);
  void add(const ModelOptions& options);
  void change(Model& model, const ModelOptions& options);
  void remove(Model& model, const std::unordered_set<ModelId>& known);
  void settle_change(Model& model);
  void renew(Model& model);
  void drop_renewal(Model& model);
  void part();
  void forget_removed();

  // explain.cpp
  std::string wait_text(const Model& model, const Decision& decision) const;
  std::string held_text(const Model& model) const;
  static std::string pins_text(const Model& model, const std::vector<ModelId>& pins);
  static std::string swap_text(const Room& room);
  std::string held_back_text(const Model& model) const;
  std::string refusal_text(const Model& model, RejectReason reason) const;
  Decision decide_in_turn(Model& model);
  Plan plan_of(Model& model);
  void fill(Plan& plan, const Model& model, const Decision& decision) const;

  std::shared_ptr<const EvictionPolicy> policy_;
  const bool gates_;
  Duration max_wait_, min_residency_;
  std::list<Model> models_;  // Model* stay valid
  std::size_t removed_ = 0;  // of these no longer named
  std::unordered_map<ModelId, Model*> by_id_;
  std::unordered_map<TicketId, Ticket> tickets_;
  Models running_;  // all that are not stopped, in the order of their launch
  std::vector<Operation> operations_;
  Generation last_generation_;
  TimerId last_timer_;
  std::uint64_t last_number_ = 0;
  std::size_t queued_ = 0;   // entries in all queues
  std::uint64_t epoch_ = 1;  // grows with whatever may change what must go for whom
  TimerId wake_;             // for the next moment when time alone changes a decision
  TimePoint wake_at_ = TimePoint::max();
  bool frozen_ = false;
  bool shutting_down_ = false;
  TimePoint kill_at_ = TimePoint::max();  // of a shutdown

  // For the event at hand.
  TimePoint now_{};
  std::vector<Effect> effects_;
};

}  // namespace paddock::scheduler
