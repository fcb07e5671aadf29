// More than a million steps of random walks through every kind of policy, with gates and without, half of
// them shut down near the end. After each step the promises of scheduler.h are checked; at the end everything
// outstanding is answered, and then nobody may be left waiting. Seeds are fixed; a failure prints its seed
// and the last events and effects.
#include "tests/unit/scheduler/random_walk.h"

#include <gtest/gtest.h>

namespace paddock::scheduler::walk {
namespace {

constexpr int kWalks = 450;
constexpr int kSteps = 400;

void walk(unsigned seed, Rule rule, bool gates, Walk::Models models = Walk::Models::kStay) {
  Walk walk(seed, rule, gates, models);
  const bool ends = seed % 2 == 0;
  for (int i = 0; i < kSteps && !::testing::Test::HasFailure(); ++i) {
    if (ends && i == kSteps - 20) walk.shut_down();
    walk.step();
  }
  if (!::testing::Test::HasFailure()) walk.settle();
  if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << "\n" << walk.history();
}

TEST(RandomWalk, KeepsThePromisesWithOneModelAtATime) {
  for (unsigned seed = 1; seed <= kWalks && !HasFailure(); ++seed) walk(seed, Rule::kOne, false);
}

TEST(RandomWalk, KeepsThePromisesWithSeveralModels) {
  for (unsigned seed = 1001; seed <= 1000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kCase, false);
}

TEST(RandomWalk, KeepsThePromisesWithGatesAndOneModelAtATime) {
  for (unsigned seed = 2001; seed <= 2000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kOne, true);
}

TEST(RandomWalk, KeepsThePromisesWithGatesAndSeveralModels) {
  for (unsigned seed = 3001; seed <= 3000 + kWalks && !HasFailure(); ++seed) walk(seed, Rule::kCase, true);
}

TEST(RandomWalk, KeepsThePromisesWithGroups) {
  for (unsigned seed = 4001; seed <= 4000 + kWalks && !HasFailure(); ++seed) {
    walk(seed, Rule::kGroups, seed % 2 == 0);
  }
}

// In turn: two pairs, a model in no set, and any two of three, where no two models show what the third does.
// Each with gates and without, shut down and not.
TEST(RandomWalk, KeepsThePromisesWithAMatrix) {
  const Rule rules[] = {Rule::kSets, Rule::kLoner, Rule::kTwoOfThree};
  for (unsigned seed = 5001; seed <= 5000 + kWalks && !HasFailure(); ++seed) {
    walk(seed, rules[seed % 3], seed / 6 % 2 == 0);
  }
}

TEST(RandomWalk, KeepsThePromisesWhileTheModelsChange) {
  const Rule rules[] = {Rule::kOne, Rule::kCase, Rule::kGroups, Rule::kSets, Rule::kTwoOfThree};
  for (unsigned seed = 6001; seed <= 6000 + 2 * kWalks && !HasFailure(); ++seed) {
    walk(seed, rules[seed % 5], seed / 10 % 2 == 0, Walk::Models::kChange);
  }
}

}  // namespace
}  // namespace paddock::scheduler::walk
