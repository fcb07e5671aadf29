#include "bench/sched_sim/contest.h"

#include <algorithm>

#include "bench/sched_sim/rule.h"
#include "bench/sched_sim/simulate.h"

namespace paddock::sched_sim {
namespace {

void add(ByRule& sum, const ByRule& one) {
  for (std::size_t i = 0; i < kRules; ++i) sum[i].add(one[i]);
}

double more(std::size_t ours, std::size_t theirs) {
  if (ours <= theirs) return 0;
  return static_cast<double>(ours - theirs) / static_cast<double>(std::max<std::size_t>(theirs, 1));
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
    if (kept(trace[kByName]) && !within_limit(trace[kByName], trace[kOurs])) ++out.above_by_name;
    if (!kept(trace[kLlamaSwap])) {
      ++out.others;
      add(out.in_others, trace);
      continue;
    }
    ++out.kept;
    add(out.in_kept, trace);
    out.most_more = std::max(out.most_more, more(trace[kOurs].swaps, trace[kLlamaSwap].swaps));
    if (!within_limit(trace[kLlamaSwap], trace[kOurs])) out.broken.push_back(seed);
  }
  return out;
}

}  // namespace paddock::sched_sim
