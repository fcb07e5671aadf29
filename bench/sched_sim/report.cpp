// The contest as text.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "bench/sched_sim/contest.h"

namespace paddock::sched_sim {
namespace {

constexpr std::array<const char*, kRules> kNames{"plain FIFO", "llama-swap's rule", "  victims by name",
                                                 "paddock",    "  maxWait 3m",      "  minResidency 3m"};

template <class... Args>
std::string text(const char* format, Args... args) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return buffer;
}

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// `+3.1 %`.
std::string change(double from, double to) {
  if (from == 0) return to == 0 ? "+0.0 %" : "from none";
  return text("%+.1f %%", 100 * (to - from) / from);
}

std::string row(const char* name, const Measures& measures) {
  return text("  %-18s %8.2f %9.1f %9.1f %9.0f %9.1f %9.1f %9zu\n", name, measures.swaps_per_hour(),
              seconds(measures.wait_at(0.5)), seconds(measures.wait_at(0.99)), seconds(measures.worst_wait()),
              100 * measures.idle_share(), measures.requests_per_hour(), measures.starved);
}

void print_kept(std::ostream& out, const Contest& contest) {
  const int all = contest.kept + contest.others;
  out << text("  llama-swap's rule keeps every wait under %.0f s in %d of %d traces", seconds(kMaxWait),
              contest.kept, all);
  if (contest.kept > 0) {
    const double theirs = static_cast<double>(contest.in_kept[kLlamaSwap].swaps);
    const double ours = static_cast<double>(contest.in_kept[kOurs].swaps);
    out << text(";\n  there paddock makes %s swaps, in no trace more than +%.1f %% (limit +10 %%)",
                change(theirs, ours).c_str(), 100 * contest.most_more);
  }
  out << "\n";
}

void print_by_name(std::ostream& out, const Contest& contest) {
  const Measures &theirs = contest.in_all[kByName], &ours = contest.in_all[kOurs];
  out << text("  against llama-swap's own choice of victims paddock makes %s swaps",
              change(theirs.swaps_per_hour(), ours.swaps_per_hour()).c_str());
  if (contest.kept_by_name > 0) {
    out << text(
        ";\n  in none of the %d traces where that keeps every wait, more than +%.1f %% (limit +10 %%)",
        contest.kept_by_name, 100 * contest.most_more_by_name);
  }
  out << "\n";
}

void print_price(std::ostream& out, const Contest& contest) {
  if (contest.others == 0) return;
  const Measures &theirs = contest.in_others[kLlamaSwap], &ours = contest.in_others[kOurs];
  out << text("  in the other %d, of which it starves somebody in %d, the price of not starving: ",
              contest.others, contest.starving)
      << change(theirs.swaps_per_hour(), ours.swaps_per_hour()) << " swaps,\n  "
      << change(theirs.requests_per_hour(), ours.requests_per_hour()) << " answers, "
      << text("GPU idle %.1f %% instead of %.1f %%; the worst wait is %.0f s instead of %.0f s\n",
              100 * ours.idle_share(), 100 * theirs.idle_share(), seconds(ours.worst_wait()),
              seconds(theirs.worst_wait()));
}

}  // namespace

void print_head(std::ostream& out) {
  out << "swaps/h   starts of a process, but for the first of each model in a trace\n"
         "wait      from arrival to grant, in seconds, loading included; of all requests of all traces\n"
         "GPU idle  percent of the time in which no request runs on a card, loading included\n"
         "answers   requests per hour; users wait for their answers before they go on\n"
         "starved   requests that waited longer than maxWait and one more turn of every model: the longest\n"
         "          answer, the stop and the load of each\n"
         "maxWait is "
      << text("%.0f", seconds(kMaxWait))
      << " s, but in the row that says otherwise. Answers do not slow each other down. Of victims of one "
         "cost\n"
         "the least recently used goes; llama-swap itself goes by the name, which is a row of its own.\n";
}

void print(std::ostream& out, const Scene& scene, const Contest& contest) {
  const bool has_choice = !scene.sets.empty();
  out << "\n" << scene.name << ": " << scene.about << "\n";
  out << text("  %-18s %8s %9s %9s %9s %9s %9s %9s\n", "", "swaps/h", "wait p50", "p99", "worst", "GPU idle",
              "answers", "starved");
  for (std::size_t i = 0; i < kRules; ++i) {
    if (i != kByName || has_choice) out << row(kNames[i], contest.in_all[i]);
  }
  print_kept(out, contest);
  if (has_choice) print_by_name(out, contest);
  print_price(out, contest);
  for (const std::uint64_t seed : contest.broken) {
    out << "  too many swaps: --scene " << scene.name << " --first " << seed << " --seeds 1\n";
  }
}

}  // namespace paddock::sched_sim
