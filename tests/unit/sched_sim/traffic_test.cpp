#include "bench/sched_sim/traffic.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/sched_sim/rule.h"
#include "bench/sched_sim/simulate.h"

namespace paddock::sched_sim {
namespace {

// Models, then every ask with its user and thinking time.
std::vector<Duration> flat(const Trace& trace) {
  std::vector<Duration> out;
  for (const Model& model : trace.models) out.insert(out.end(), {model.load, model.stop});
  for (const User& user : trace.users) {
    for (const Turn& turn : user) {
      out.push_back(turn.think);
      for (const Ask& ask : turn.asks) out.push_back(ask.answer);
    }
  }
  return out;
}

TEST(Traffic, TheSeedIsAllThatMatters) {
  for (const Scene& scene : scenes()) {
    EXPECT_EQ(flat(make_trace(scene, 7)), flat(make_trace(scene, 7))) << scene.name;
    EXPECT_NE(flat(make_trace(scene, 7)), flat(make_trace(scene, 8))) << scene.name;
  }
}

TEST(Traffic, LoadsTakeFiveToSixtySeconds) {
  Duration shortest = std::chrono::hours(1), longest{0};
  for (const Scene& scene : scenes()) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      for (const Model& model : make_trace(scene, seed).models) {
        shortest = std::min(shortest, model.load);
        longest = std::max(longest, model.load);
      }
    }
  }
  EXPECT_EQ(shortest, std::chrono::seconds(5));
  EXPECT_EQ(longest, std::chrono::seconds(60));
}

TEST(Traffic, LastsForTheWholePeriod) {
  for (const Scene& scene : scenes()) {
    for (const User& user : make_trace(scene, 3).users) {
      Duration spent{0};
      for (const Turn& turn : user) {
        Duration longest{0};
        for (const Ask& ask : turn.asks) longest = std::max(longest, ask.answer);
        spent += turn.think + longest;
      }
      EXPECT_GE(spent, scene.period) << scene.name;
    }
  }
}

// What waits for a place is not lost, and an answer takes as long as it takes. (That each request is granted
// once, and every one is, the simulation itself insists on.)
TEST(Traffic, EveryRequestIsAnsweredUnderEveryRule) {
  for (const Scene& scene : scenes()) {
    const Trace trace = make_trace(scene, 5);
    std::unique_ptr<Rule> rules[] = {fifo(trace), llama_swap(trace, Victims::kLeastUsed),
                                     llama_swap(trace, Victims::kByName),
                                     ours(trace, std::chrono::seconds(30))};
    for (const auto& rule : rules) {
      const History run = simulate(trace, *rule);
      ASSERT_GT(run.requests.size(), 50U) << scene.name;
      for (const Served& request : run.requests) {
        EXPECT_LE(request.arrived, request.granted);
        EXPECT_LT(request.granted, request.finished);
      }
    }
  }
}

}  // namespace
}  // namespace paddock::sched_sim
