#include "bench/sched_sim/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sched_sim/five_requests.h"

namespace paddock::sched_sim {
namespace {

using ::testing::ElementsAre;

TimePoint at(int s) { return TimePoint(seconds(s)); }

// Two cards, a on the first and b on both.
Trace two_cards() {
  Trace trace = five_requests();
  trace.models[kB].gpus = 3;
  trace.gpus = 2;
  trace.period = seconds(100);
  return trace;
}

TEST(Measure, SwapsAreStartsButForTheFirstOfEachModel) {
  History run;
  run.launches = {{kA, at(0)}, {kB, at(20)}, {kA, at(50)}, {kB, at(100)}};
  EXPECT_EQ(measure(two_cards(), run, seconds(30)).swaps, 1U) << "the last one is after the period";
}

TEST(Measure, ACardIsIdleWhileNoRequestRunsOnIt) {
  History run;
  run.requests = {{kA, at(0), at(10), at(30)}, {kA, at(0), at(20), at(40)}, {kB, at(0), at(80), at(120)}};
  const Measures measures = measure(two_cards(), run, seconds(30));
  EXPECT_EQ(measures.gpu_time, seconds(200));
  EXPECT_EQ(measures.gpu_idle, seconds(200 - 30 - 20 - 20));
}

TEST(Measure, WaitsAreRanked) {
  History run;
  for (int i = 100; i > 0; --i) run.requests.push_back({kA, at(0), at(i), at(i)});
  const Measures measures = measure(two_cards(), run, seconds(30));
  EXPECT_EQ(measures.wait_at(0.5), seconds(50));
  EXPECT_EQ(measures.wait_at(0.99), seconds(99));
  EXPECT_EQ(measures.worst_wait(), seconds(100));
  EXPECT_EQ(Measures().wait_at(0.5), seconds(0));
}

// 30 s, then a: 100 s answer, 1 s, 10 s; b: 10 s answer, 2 s, 20 s.
TEST(Measure, StarvedIsWhoeverWaitsForMoreThanATurnOfEach) {
  EXPECT_EQ(fair_limit(five_requests(), seconds(30)), seconds(173));
  History run;
  run.requests = {{kA, at(0), at(173), at(174)}, {kA, at(0), at(174), at(175)}};
  EXPECT_EQ(measure(five_requests(), run, seconds(30)).starved, 1U);
}

TEST(Measure, SeveralRunsTogether) {
  History first, second;
  first.requests = {{kA, at(0), at(1), at(2)}, {kA, at(0), at(3), at(4)}};
  second.requests = {{kA, at(0), at(2), at(3)}};
  Measures sum = measure(two_cards(), first, seconds(30));
  sum.add(measure(two_cards(), second, seconds(30)));
  EXPECT_THAT(sum.waits, ElementsAre(seconds(1), seconds(2), seconds(3)));
  EXPECT_EQ(sum.period, seconds(200));
  EXPECT_DOUBLE_EQ(sum.requests_per_hour(), 54);
}

}  // namespace
}  // namespace paddock::sched_sim
