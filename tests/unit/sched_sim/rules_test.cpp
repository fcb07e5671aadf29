// The rules on a trace that was worked out on paper, and the law that they are held to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "bench/sched_sim/rule.h"
#include "bench/sched_sim/simulate.h"
#include "tests/unit/sched_sim/five_requests.h"

namespace paddock::sched_sim {
namespace {

using ::testing::ElementsAre;

std::vector<long> waits(const History& run) {
  std::vector<long> out;
  for (const Served& request : run.requests) {
    out.push_back(std::chrono::duration_cast<seconds>(request.granted - request.arrived).count());
  }
  return out;
}

std::vector<std::size_t> launched(const History& run) {
  std::vector<std::size_t> out;
  for (const Launch& launch : run.launches) out.push_back(launch.model);
  return out;
}

// a is up at 10 and idle at 40, b up at 61 and idle at 71, a up at 83 and idle at 183, b up at 204.
TEST(FiveRequests, FifoSwapsForWhoeverIsNext) {
  const Trace trace = five_requests();
  const History run = simulate(trace, *fifo(trace));
  EXPECT_THAT(waits(run), ElementsAre(10, 56, 63, 38, 154));
  EXPECT_THAT(launched(run), ElementsAre(kA, kB, kA, kB));
}

// a is up at 10, in use until 145, b up at 166.
TEST(FiveRequests, LlamaSwapServesTheLoadedModelFirst) {
  const Trace trace = five_requests();
  const History run = simulate(trace, *llama_swap(trace, Victims::kLeastUsed));
  EXPECT_THAT(waits(run), ElementsAre(10, 161, 0, 0, 116));
  EXPECT_THAT(launched(run), ElementsAre(kA, kB));
}

// The second is overdue at 35, so that the fourth is not let in at 45: a is idle at 60, b up at 81 and idle
// at 91, a up at 103.
TEST(FiveRequests, OursLetsNobodyPastTheOverdue) {
  const Trace trace = five_requests();
  const History run = simulate(trace, *ours(trace, seconds(30)));
  EXPECT_THAT(waits(run), ElementsAre(10, 76, 0, 58, 31));
  EXPECT_THAT(launched(run), ElementsAre(kA, kB, kA));
}

TEST(FiveRequests, OursWithEndlessPatienceIsLlamaSwaps) {
  const Trace trace = five_requests();
  const History run = simulate(trace, *ours(trace, std::chrono::hours(1)));
  EXPECT_THAT(waits(run), ElementsAre(10, 161, 0, 0, 116));
}

// Rules that break the law.
class Sleeper final : public Rule {
  std::vector<scheduler::Effect> on(const scheduler::Event&, TimePoint) override { return {}; }
};
class Hasty final : public Rule {
  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint) override {
    const auto* arrived = std::get_if<scheduler::RequestArrived>(&event);
    if (!arrived) return {};
    return {scheduler::StartProcess{arrived->model, {arrived->ticket.value}, "request"},
            scheduler::Grant{arrived->ticket, arrived->model, {arrived->ticket.value}}};
  }
};
class Crammer final : public Rule {
  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint) override {
    const auto* arrived = std::get_if<scheduler::RequestArrived>(&event);
    if (!arrived) return {};
    return {scheduler::StartProcess{arrived->model, {arrived->ticket.value}, "request"}};
  }
};
class Repeater final : public Rule {
 public:
  explicit Repeater(const Trace& trace) : rule_(fifo(trace)) {}
  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) override {
    std::vector<scheduler::Effect> out = rule_->on(event, now);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (std::holds_alternative<scheduler::Grant>(out[i])) return out.push_back(out[i]), out;
    }
    return out;
  }

 private:
  std::unique_ptr<Rule> rule_;
};

template <class BadRule>
std::string complaint(BadRule rule) {
  const Trace trace = five_requests();
  try {
    simulate(trace, rule);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "none";
}

TEST(TheLaw, EverybodyIsServed) { EXPECT_EQ(complaint(Sleeper()), "somebody was never served"); }
TEST(TheLaw, NobodyIsServedBeforeTheModelIsReady) {
  EXPECT_EQ(complaint(Hasty()), "a rule may not order Grant(1, a, gen 1) now");
}
TEST(TheLaw, NothingStartsBesideWhatItDoesNotFit) {
  EXPECT_EQ(complaint(Crammer()), "a rule may not order StartProcess(b, gen 2, request) now");
}
TEST(TheLaw, NobodyIsServedTwice) {
  EXPECT_EQ(complaint(Repeater(five_requests())), "a rule may not order Grant(1, a, gen 1) now");
}

}  // namespace
}  // namespace paddock::sched_sim
