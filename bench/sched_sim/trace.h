// Trace: what a few users ask for during some hours, and the machine that they ask.
//
// A user works in turns: thinks, sends one request or several at once, waits for all answers, thinks again.
// So the times of arrival depend on how well the user is served, as in life; thinking times, models and
// answers are fixed beforehand and the same for every rule. Not the traffic's making (traffic.h). An answer
// takes the same time however many run beside it. Plain values.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/scheduler/policy.h"

namespace paddock::sched_sim {

struct Model {
  ModelId id;
  Duration load{0};   // from the start to ready
  Duration stop{0};   // from the stop to gone
  unsigned gpus = 1;  // a bit for each card that it is on
};

struct Ask {
  std::size_t model = 0;  // index in Trace::models
  Duration answer{0};
};

struct Turn {
  Duration think{0};      // since the last answer of the turn before
  std::vector<Ask> asks;  // all at once; at least one
};

using User = std::vector<Turn>;

struct Trace {
  std::vector<Model> models;
  std::shared_ptr<const scheduler::EvictionPolicy> policy;
  int gpus = 1;
  std::vector<User> users;
  Duration period{0};  // no turn begins after it
};

// The longest that a request may wait where nobody starves: until it is overdue, and then until every model
// of the trace had one more turn, with its longest answer.
Duration fair_limit(const Trace& trace, Duration max_wait);

}  // namespace paddock::sched_sim
