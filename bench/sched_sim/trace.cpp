#include "bench/sched_sim/trace.h"

#include <algorithm>

namespace paddock::sched_sim {

Duration fair_limit(const Trace& trace, Duration max_wait) {
  std::vector<Duration> longest(trace.models.size(), Duration(0));
  for (const User& user : trace.users) {
    for (const Turn& turn : user) {
      for (const Ask& ask : turn.asks) longest[ask.model] = std::max(longest[ask.model], ask.answer);
    }
  }
  Duration limit = max_wait;
  for (std::size_t i = 0; i < trace.models.size(); ++i) {
    limit += trace.models[i].stop + trace.models[i].load + longest[i];
  }
  return limit;
}

}  // namespace paddock::sched_sim
