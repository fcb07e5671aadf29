#include "shutdown_plan.h"

#include <algorithm>

namespace paddock::router {

namespace {

// A killed process gives back its memory before it is gone.
constexpr Duration kReaping = std::chrono::milliseconds(500);

}  // namespace

Duration kill_after(Duration budget) { return budget - std::min(kReaping, budget / 8); }

Duration cut_after(Duration budget, Duration longest_unload) {
  return std::max(budget / 2, kill_after(budget) - longest_unload);
}

}  // namespace paddock::router
