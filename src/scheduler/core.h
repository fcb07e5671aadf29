// The scheduler's body. core.cpp holds what events do to models and tickets, decide.cpp the decisions about
// the queue, operations.cpp what people ask for: load, unload, restart, shutdown, idle time.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "paddock/scheduler/scheduler.h"

namespace paddock::scheduler {

class Scheduler::Core {
 public:
  Core(Options options, std::shared_ptr<const EvictionPolicy> policy);

  std::vector<Effect> on(const Event& event, TimePoint now);
  View view() const;

 private:
  enum class Gate { kClosed, kOpen, kClosing };

  struct Model {
    ModelOptions options;
    State state = State::kStopped;
    Generation generation;     // none while stopped
    bool draining = false;     // ready, but an unload, restart or shutdown waits for its requests to end
    std::string drain_reason;  // of the StopProcess that will follow
    int in_flight = 0;         // granted on this generation and not finished
    int queued = 0;            // entries in queue_, requests and operations
    int waiting = 0;           // of these the requests
    TimePoint claimed_at{};    // since when somebody is queued
    TimerId timer;             // armed while ready and idle, or while the gate is open, if there is a ttl
    Gate gate = Gate::kClosed;
    Generation gate_generation;  // the launch it was opened for, which may have died since
    bool idle_check = false;     // the timer fired: the gate closes to learn since when the model is idle
    TimePoint used_at{};         // the last use that is known: a grant's, or one through a gate that closed

    bool lent() const { return gate != Gate::kClosed && gate_generation == generation; }
    bool busy() const { return in_flight > 0 || lent(); }
  };

  // Somebody in the queue: a request, or a load or restart.
  struct Entry {
    Model* model = nullptr;
    TicketId ticket;  // none for operations
    OpId op;          // none for requests
    const char* reason = "request";
  };
  using Queue = std::list<Entry>;

  struct Ticket {
    Model* model = nullptr;
    Generation generation;  // none while it waits
    Queue::iterator place;  // valid while it waits
  };

  // An operation that waits for launches to end.
  struct Operation {
    OpId id;
    std::vector<Generation> alive;
  };

  enum class Verdict { kServe, kStart, kEvict, kWait };
  struct Decision {
    Verdict verdict = Verdict::kWait;
    std::vector<Model*> victims;     // kEvict: to be stopped now
    const Model* blocker = nullptr;  // kWait: whom it waits for, if another model
  };
  using Models = std::vector<const Model*>;

  // core.cpp
  void handle(const RequestArrived& event);
  void handle(const RequestCancelled& event);
  void handle(const RequestFinished& event);
  void handle(const ProcessReady& event);
  void handle(const ProcessFailed& event);
  void handle(const ProcessExited& event);
  void handle(const GateClosed& event);
  void became_idle(Model& model);
  bool wants_gate(const Model& model, const Models& claimed) const;
  void settle_gates();
  void launch(Model& model, const char* reason);
  void stop(Model& model, Duration grace, std::string reason);
  void cut(Model& model, Duration grace, const std::string& reason);
  Model* find(const ModelId& id);
  Model* find_launch(const ModelId& id, Generation generation);
  void emit(Effect effect) { effects_.push_back(std::move(effect)); }

  // decide.cpp
  Decision decide(const Model& model, const Models& ahead) const;
  bool fits_beside(const Model& claimant, const Model& model) const;
  std::vector<Model*> victims_of(const Model& target) const;
  TimePoint claim_of(const Model& model) const;
  std::vector<ModelId> running_with(const Model* extra, TimePoint claim) const;
  Models claimants() const;
  void admit(Entry entry);
  void examine();
  void act(const Entry& entry, const Decision& decision);
  void serve(const Entry& entry);
  void leave(Queue::iterator place);
  void end_waiters(Model& model, RejectReason reason, Generation generation);
  void end_entry(const Entry& entry, RejectReason reason, Generation generation);
  void note_wait(const Entry& entry, const Decision& decision);

  // operations.cpp
  void handle(const TimerFired& event);
  void handle(const LoadRequested& event);
  void handle(const LoadCancelled& event);
  void handle(const UnloadRequested& event);
  void handle(const RestartRequested& event);
  void handle(const ShutdownRequested& event);
  void handle(const ShutdownCut& event);
  void drain(Model& model, const char* reason);
  void unload(Model& model, UnloadMode mode);
  void await_exits(OpId op, const std::vector<Model*>& models);
  void launch_ended(Generation generation);
  void check_idle(Model& model);
  void arm(Model& model, TimePoint at);
  void disarm(Model& model);

  const std::shared_ptr<const EvictionPolicy> policy_;
  const bool gates_;
  std::vector<Model> models_;  // never resized: Model* stay valid
  std::unordered_map<ModelId, Model*> by_id_;
  std::unordered_map<TicketId, Ticket> tickets_;
  Queue queue_;
  std::vector<Operation> operations_;
  Generation last_generation_;
  TimerId last_timer_;
  bool shutting_down_ = false;

  // For the event at hand.
  TimePoint now_{};
  std::vector<Effect> effects_;
};

}  // namespace paddock::scheduler
