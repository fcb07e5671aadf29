// Contest: the three rules on many traces of one scene, and the verdict.
//
// The promise: where llama-swap's rule keeps every wait of a trace under max_wait, ours makes at most a tenth
// more swaps on it. Where it does not, ours may cost more; how much is printed. Pure, but for printing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

#include "bench/sched_sim/measure.h"
#include "bench/sched_sim/traffic.h"

namespace paddock::sched_sim {

inline constexpr Duration kMaxWait = std::chrono::seconds(30);

enum RuleIndex : std::size_t { kFifo, kLlamaSwap, kOurs, kRules };
using ByRule = std::array<Measures, kRules>;

// One trace under each rule.
ByRule play(const Trace& trace);

bool kept(const ByRule& trace);      // llama-swap's rule keeps every wait under kMaxWait
bool promised(const ByRule& trace);  // what is promised for such a trace holds

struct Contest {
  int kept = 0, others = 0;  // traces
  ByRule in_all, in_kept, in_others;
  double most_more = 0;               // of the kept ones the most swaps more, as a share
  int starving = 0;                   // traces in which llama-swap's rule starves somebody
  std::vector<std::uint64_t> broken;  // seeds of kept traces on which the promise does not hold
};

// Seeds first, first + 1, ...
Contest hold(const Scene& scene, std::uint64_t first, int seeds);

// Definitions, for the head of the output.
void print_head(std::ostream& out);
void print(std::ostream& out, const Scene& scene, const Contest& contest);

}  // namespace paddock::sched_sim
