// Measures: what a run is judged by. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/sched_sim/simulate.h"
#include "bench/sched_sim/trace.h"

namespace paddock::sched_sim {

// Of one run, or of several runs together.
struct Measures {
  Duration period{0};
  // Starts of a process within the period, but for the first start of each model.
  std::size_t swaps = 0;
  // From arrival to grant, of every request, ascending. Whoever still waits at the end of the period is
  // counted when it is served, although no new traffic keeps it waiting then.
  std::vector<Duration> waits;
  // Within the period, all cards together: the time of a card in which no request runs on a model that is on
  // it, loading included; and the whole.
  Duration gpu_idle{0}, gpu_time{0};
  std::size_t starved = 0;  // waits above fair_limit

  void add(const Measures& other);
  double swaps_per_hour() const;
  double requests_per_hour() const;
  double idle_share() const;
  // The smallest wait that this share of all is not above; 0 without requests.
  Duration wait_at(double share) const;
  Duration worst_wait() const { return waits.empty() ? Duration(0) : waits.back(); }
};

Measures measure(const Trace& trace, const History& history, Duration max_wait);

}  // namespace paddock::sched_sim
