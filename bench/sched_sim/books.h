// Books: what the two plain rules know about the models, kept up to date by facts and their own orders.
//
// Not a rule: it decides nothing. Orders are collected and taken once per fact.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/sched_sim/trace.h"
#include "paddock/scheduler/effects.h"
#include "paddock/scheduler/events.h"
#include "paddock/scheduler/scheduler.h"

namespace paddock::sched_sim {

// A request that waits.
struct Waiter {
  TicketId ticket;
  ModelId model;
};

class Books {
 public:
  explicit Books(const Trace& trace);

  void note(const scheduler::Event& event, TimePoint now);
  scheduler::State state(const ModelId& id) const { return models_.at(id).state; }
  int in_flight(const ModelId& id) const { return models_.at(id).in_flight; }
  const ModelId& model_of(TicketId ticket) const { return granted_.at(ticket); }
  // All that are not stopped, by name.
  std::vector<ModelId> alive() const;
  // The same, the most recently used first. Whoever serves somebody is used now; of equals, the one that was
  // started first comes first.
  std::vector<ModelId> alive_by_use() const;

  void grant(const Waiter& waiter);
  void start(const ModelId& id);
  void stop(const ModelId& id);
  std::vector<scheduler::Effect> take_orders() { return std::exchange(orders_, {}); }

 private:
  struct Entry {
    scheduler::State state = scheduler::State::kStopped;
    Generation generation;
    int in_flight = 0;
    TimePoint used_at{};  // the last grant
  };

  std::map<ModelId, Entry> models_;
  std::unordered_map<TicketId, ModelId> granted_;
  Generation last_;
  TimePoint now_{};
  std::vector<scheduler::Effect> orders_;
};

}  // namespace paddock::sched_sim
