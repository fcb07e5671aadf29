// A random life of four models, from a seed: the same seed gives the same life. Each walk has its own
// patience, residency, priorities, limits and pins.
//
// What happens: processes answer StartProcess and StopProcess some steps later, or fail, or crash; clients
// come, leave and finish; others slip in and out of open gates, which nobody is told; people load, unload,
// restart, cancel, freeze and thaw, and if they may they change the models: what these are made of, their
// limits, and which of them there are. What must hold is in walk_promises.h and is checked with each event; a
// second scheduler that is never asked for plans must answer the same. A failure shows in the running test.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/scheduler/walk_promises.h"
#include "tests/unit/scheduler/walk_world.h"

namespace paddock::scheduler::walk {

// Which of the models `a b A B` fit beside each other.
enum class Rule { kOne, kCase, kGroups, kSets, kLoner, kTwoOfThree };

class Walk {
 public:
  enum class Models { kStay, kChange };

  Walk(unsigned seed, Rule rule, bool gates, Models models = Models::kStay);

  void step();
  void shut_down();
  // Requests that got a place end, processes do what they were told: then nobody waits.
  void settle();
  // The last events and effects, a line each.
  std::string history() const;

 private:
  void vary(ModelOptions& model);
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  const ModelId& some_model() { return ids_[static_cast<std::size_t>(pick(4))]; }
  TicketId some_ticket(TicketState state);
  template <class Matches>
  Gates::iterator some_gate(Matches matches);
  Alive::iterator some_launch();
  OpId next_op();
  OpId queued_op();

  // Clients.
  void arrive();
  void leave();
  void finish();
  void enter_gate();
  void leave_gate();
  // People.
  void load();
  void unload();
  void unload_all();
  void restart();
  void cancel_load();
  void freeze_or_thaw();
  void change_models();
  void keep_alive();
  // Processes, timers and gates.
  void proceed();
  void end_start(Alive::iterator launch);
  void exit(Alive::iterator launch);
  void crash();
  void break_down();
  void gate_answers();
  void gate_closed();

  void send(const Event& event);
  void remember(const std::string& indent, const auto& what);

  std::mt19937 random_;
  const Rule rule_;
  const Models models_;
  World world_;
  Promises promises_;
  std::unique_ptr<Scheduler> scheduler_, twin_;  // the twin is never asked for plans
  std::vector<ModelId> ids_;
  std::uint64_t last_ticket_ = 0;
  OpId last_op_;
  std::deque<std::string> history_;
};

}  // namespace paddock::scheduler::walk
