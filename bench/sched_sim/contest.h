// Contest: the three rules on many traces of one scene, and the verdict.
//
// The promise: where llama-swap's rule keeps every wait of a trace under kMaxWait, ours makes at most a tenth
// more swaps on it. Where it does not, ours may cost more; how much is printed.
//
// It is held to against two of llama-swap: with our choice of victims, which shows what it costs that nobody
// starves, and with its own choice, by name. Pure, but for printing.
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

// Of the two last rows, which show what the settings do.
inline constexpr Duration kPatience = std::chrono::minutes(3);
inline constexpr Duration kResidency = std::chrono::minutes(3);

enum RuleIndex : std::size_t { kFifo, kLlamaSwap, kByName, kOurs, kOursPatient, kOursStaying, kRules };
using ByRule = std::array<Measures, kRules>;

// One trace under each rule.
ByRule play(const Trace& trace);

// Whether `theirs` keeps every wait under kMaxWait, and ours makes no more than a tenth more swaps.
bool kept(const Measures& theirs);
bool within_limit(const Measures& theirs, const Measures& ours);

struct Contest {
  int kept = 0, others = 0;  // traces
  int kept_by_name = 0;      // likewise, with llama-swap's own victims
  ByRule in_all, in_kept, in_others;
  // Of the kept ones the most swaps more, as a share; with our victims and with those by name.
  double most_more = 0, most_more_by_name = 0;
  int starving = 0;                   // traces in which llama-swap's rule starves somebody
  std::vector<std::uint64_t> broken;  // seeds of traces on which the promise does not hold
};

// Seeds first, first + 1, ...
Contest hold(const Scene& scene, std::uint64_t first, int seeds);

// Definitions, for the head of the output.
void print_head(std::ostream& out);
void print(std::ostream& out, const Scene& scene, const Contest& contest);

}  // namespace paddock::sched_sim
