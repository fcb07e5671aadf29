// The promises of fair scheduling, on fewer traces than the program takes.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "bench/sched_sim/contest.h"

namespace paddock::sched_sim {
namespace {

constexpr int kSeeds = 10;

const Scene& scene(const std::string& name) {
  for (const Scene& candidate : scenes()) {
    if (candidate.name == name) return candidate;
  }
  throw std::logic_error("no scene " + name);
}

TEST(Promise, FewMoreSwapsWhereNobodyWaitsLong) {
  for (const char* name : {"light", "lively", "light-pairs"}) {
    const Contest contest = hold(scene(name), 1, kSeeds);
    EXPECT_GT(contest.kept, kSeeds / 2) << name << ": there must be something to judge";
    EXPECT_GT(contest.kept_by_name, kSeeds / 2) << name;
    EXPECT_GT(contest.in_kept[kLlamaSwap].swaps, 100U) << name;
    EXPECT_EQ(contest.broken, std::vector<std::uint64_t>()) << name;
  }
}

// As long as nobody is overdue, and there is no choice of victims.
TEST(Promise, WithOneModelAtATimeItIsLlamaSwapsRule) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const ByRule trace = play(make_trace(scene("lively"), seed));
    if (!kept(trace[kLlamaSwap])) continue;
    EXPECT_EQ(trace[kOurs].swaps, trace[kLlamaSwap].swaps) << seed;
    EXPECT_EQ(trace[kOurs].waits, trace[kLlamaSwap].waits) << seed;
  }
}

TEST(Promise, NobodyStarves) {
  for (const Scene& each : scenes()) {
    EXPECT_EQ(hold(each, 100, 5).in_all[kOurs].starved, 0U) << each.name;
  }
}

// Otherwise the promise above says nothing.
TEST(Promise, LlamaSwapsRuleStarvesTwoBusyUsers) {
  const Contest contest = hold(scene("two-busy"), 1, 2);
  EXPECT_EQ(contest.starving, 2);
  EXPECT_GT(contest.in_all[kLlamaSwap].starved, 0U);
}

TEST(Promise, ATenthMoreIsWithinTheLimit) {
  Measures theirs, ours;
  theirs.swaps = 20;
  ours.swaps = 22;
  EXPECT_TRUE(within_limit(theirs, ours));
  ours.swaps = 23;
  EXPECT_FALSE(within_limit(theirs, ours));
  theirs.waits = {kMaxWait - Duration(1)};
  EXPECT_TRUE(kept(theirs));
  theirs.waits = {kMaxWait};
  EXPECT_FALSE(kept(theirs));
}

}  // namespace
}  // namespace paddock::sched_sim
