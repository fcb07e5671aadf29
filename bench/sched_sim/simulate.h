// simulate: a trace under a rule, event by event on a clock of its own. Deterministic, no threads.
//
// It also holds the rule to the law: a model that is started fits beside all that live, one that is stopped
// is ready and idle, a request is granted once and on a ready model, and in the end everybody was served.
// Throws std::logic_error where a rule breaks it: that is a mistake in the program.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/sched_sim/rule.h"
#include "bench/sched_sim/trace.h"

namespace paddock::sched_sim {

struct Served {
  std::size_t model = 0;
  TimePoint arrived, granted, finished;
};

struct Launch {
  std::size_t model = 0;
  TimePoint at;
};

// Until the last answer, which is some time after the period.
struct History {
  std::vector<Served> requests;  // in the order of arrival
  std::vector<Launch> launches;
};

// The trace begins at time zero.
History simulate(const Trace& trace, Rule& rule);

}  // namespace paddock::sched_sim
