// The world around the scheduler of a random walk, as the test knows it: requests, people's operations,
// processes, gates and timers, and since when. Whoever makes something happen writes it down here
// (random_walk.h), orders are carried out by take(). It judges nothing (walk_promises.h) and never asks the
// scheduler. A missing ticket, operation or launch has ended.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler::walk {

enum class TicketState { kWaiting, kRunning, kEnded };
// A request, a load or a restart: what stands in the queue.
struct Claim {
  TicketId ticket;
  OpId op;
  ModelId model;
  TimePoint since;
};
enum class Phase { kStarting, kReady, kFailed, kStopping };
struct Launch {
  ModelId model;
  Phase phase = Phase::kStarting;
};
// What a model was lent out for: from OpenGate to GateClosed.
struct Lent {
  Generation generation;
  bool open = true;
  bool answered = false;  // that it is in use
  int inside = 0;
};
// Bad ends in a row, and until when no request may start the model for them.
struct Row {
  int failures = 0;
  TimePoint held_until{};
};
using Alive = std::map<Generation, Launch>;
using Gates = std::map<ModelId, Lent>;

struct World {
  // Does what the scheduler orders.
  void take(const Effect& effect);
  // Claims that have been served are no longer in the queue.
  void forget_served();

  TicketState state_of(TicketId ticket) const;
  bool some_of(TicketState state) const;
  int count_on(Generation generation) const;  // requests that run on it
  bool any_running() const;                   // also those inside a gate

  bool waits(const Claim& claim) const;
  bool seeks_room(const Claim& claim) const;  // waits for a model that is not there
  bool is_overdue(const Claim& claim) const { return now >= claim.since + max_wait; }
  const Claim* oldest_of(const ModelId& model) const;  // that waits; null: none

  std::vector<ModelId> live() const;
  bool loads(const ModelId& model) const;
  bool runs(const ModelId& model) const;        // loaded, or being loaded, as far as anybody was told
  bool must_stay(Generation generation) const;  // was ready, and min_residency is not over
  bool any_must_stay() const;
  TimePoint last_use(Generation generation) const;
  bool lent_to(const ModelId& model, Generation generation) const;

  // The brake, kept by hand.
  void bad_end(const ModelId& model);
  void crashed(const ProcessExited& event);
  void told_to_go(const ModelId& model);  // the end of its launch is ordered from here on
  void remove(const ModelId& model);
  void come_back(const ModelId& model);
  Row row_of(const ModelId& model) const;

  bool is_outdated(Generation generation) const;
  bool any_removed_alive() const;
  Duration ttl_of(const ModelId& model) const;

  bool any_outstanding() const;  // a process or a gate will say something
  bool any_timer_due() const;

  bool gates = false;
  Duration max_wait{}, min_residency{};
  Backoff backoff;
  std::map<ModelId, Row> rows;
  std::set<Generation> leaving;             // told to go while they were ready
  std::set<Generation> over;                // ended by themselves, and what they held is not back yet
  std::set<Generation> broken;              // while they were to stay: their stop ends no row
  std::set<Generation> removed_ready;       // of these the ones that only go because their model was removed
  std::map<ModelId, Duration> keep_alives;  // until the launch has ended
  std::map<ModelId, ModelOptions> options;  // also of those that are no longer named
  std::set<ModelId> removed;
  std::map<Generation, std::string> launched;  // what it was made of
  TimePoint now = at(0);
  bool frozen = false;
  OpId shutdown;                            // none before it
  std::map<TicketId, TicketState> tickets;  // that have not ended
  std::map<TicketId, ModelId> model_of;
  std::map<TicketId, Use> use_of;  // of those that are no work
  std::map<TicketId, Generation> generation_of;
  std::vector<Claim> order;  // of arrival
  std::set<OpId> operations;
  Alive alive;
  std::set<Generation> revoked;
  Gates lent;
  std::map<Generation, TimePoint> ready_at;
  std::map<Generation, TimePoint> used_at, left_at;  // of any use, of those through the gate
  std::map<TimerId, TimePoint> timers;
  std::set<ModelId> prefetching;  // from Prefetch to EndPrefetch

 private:
  void take_one(const Grant& e);
  void take_one(const Reject& e) { tickets.erase(e.ticket); }
  void take_one(const StartProcess& e);
  void take_one(const StopProcess& e);
  void take_one(const Revoke& e) { revoked.insert(e.generation); }
  void take_one(const OpenGate& e) { lent.emplace(e.model, Lent{e.generation}); }
  void take_one(const CloseGate& e);
  void take_one(const Prefetch& e) { prefetching.insert(e.model); }
  void take_one(const EndPrefetch& e) { prefetching.erase(e.model); }
  void take_one(const ArmTimer& e) { timers.emplace(e.timer, e.at); }
  void take_one(const CancelTimer& e) { timers.erase(e.timer); }
  void take_one(const OperationDone& e) { operations.erase(e.op); }
  void take_one(const Note&) {}
};

}  // namespace paddock::scheduler::walk
