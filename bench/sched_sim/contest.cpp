#include "bench/sched_sim/contest.h"

#include <algorithm>

#include "bench/sched_sim/rule.h"
#include "bench/sched_sim/simulate.h"

namespace paddock::sched_sim {
namespace {

void add(ByRule& sum, const ByRule& one) {
  for (std::size_t i = 0; i < kRules; ++i) sum[i].add(one[i]);
}

double more(const Measures& theirs, const Measures& ours) {
  if (ours.swaps <= theirs.swaps) return 0;
  return static_cast<double>(ours.swaps - theirs.swaps) /
         static_cast<double>(std::max<std::size_t>(theirs.swaps, 1));
}

// Whether the promise holds against this one.
bool judge(const Measures& theirs, const Measures& ours, double& most_more) {
  if (!kept(theirs)) return true;
  most_more = std::max(most_more, more(theirs, ours));
  return within_limit(theirs, ours);
}

}  // namespace

ByRule play(const Trace& trace) {
  const auto run = [&](std::unique_ptr<Rule> rule) {
    return measure(trace, simulate(trace, *rule), kMaxWait);
  };
  return {run(fifo(trace)),
          run(llama_swap(trace, Victims::kLeastUsed)),
          run(llama_swap(trace, Victims::kByName)),
          run(ours(trace, kMaxWait)),
          run(ours(trace, kPatience)),
          run(ours(trace, kMaxWait, kResidency))};
}

bool kept(const Measures& theirs) { return theirs.worst_wait() < kMaxWait; }

bool within_limit(const Measures& theirs, const Measures& ours) {
  return 10 * ours.swaps <= 11 * theirs.swaps;
}

Contest hold(const Scene& scene, std::uint64_t first, int seeds) {
  Contest out;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(seeds); ++seed) {
    const ByRule trace = play(make_trace(scene, seed));
    add(out.in_all, trace);
    if (trace[kLlamaSwap].starved > 0) ++out.starving;
    const bool calm = kept(trace[kLlamaSwap]);
    ++(calm ? out.kept : out.others);
    add(calm ? out.in_kept : out.in_others, trace);
    if (kept(trace[kByName])) ++out.kept_by_name;
    const bool holds = judge(trace[kLlamaSwap], trace[kOurs], out.most_more);
    const bool holds_by_name = judge(trace[kByName], trace[kOurs], out.most_more_by_name);
    if (!holds || !holds_by_name) out.broken.push_back(seed);
  }
  return out;
}

}  // namespace paddock::sched_sim
