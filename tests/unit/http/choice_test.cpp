#include "choice.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

using config::Strategy;
using router::ModelState;

constexpr Candidate kStopped{true, ModelState::kStopped, 0};
constexpr Candidate kStarting{true, ModelState::kStarting, 0};
constexpr Candidate kReady{true, ModelState::kReady, 0};
constexpr Candidate kStopping{true, ModelState::kStopping, 0};
constexpr Candidate kPeer{false, ModelState::kStopped, 0};

Candidate busy(Candidate candidate, int requests) {
  candidate.requests = requests;
  return candidate;
}

int chosen(Strategy strategy, const std::vector<Candidate>& candidates, std::size_t turn = 0, int most = 2) {
  config::Selector selector;
  selector.strategy = strategy;
  selector.spillover = most;
  const auto place = choose(selector, candidates, turn);
  return place ? static_cast<int>(*place) : -1;
}

TEST(Choice, PinIsAlwaysTheFirst) {
  EXPECT_EQ(chosen(Strategy::kPin, {kStopped, kReady}), 0);
  EXPECT_EQ(chosen(Strategy::kPin, {kStopping, kReady}), 0);
}

TEST(Choice, WarmPrefersReadyThenStartingThenTheFirst) {
  EXPECT_EQ(chosen(Strategy::kWarm, {kStopped, kStarting, kReady}), 2);
  EXPECT_EQ(chosen(Strategy::kWarm, {kStopped, kStopping, kStarting}), 2);
  EXPECT_EQ(chosen(Strategy::kWarm, {kStopped, kStopped}), 0);
  EXPECT_EQ(chosen(Strategy::kWarm, {kReady, kReady}), 0);
}

TEST(Choice, SpilloverWakesTheFirstColdOneIfNoneIsUp) {
  EXPECT_EQ(chosen(Strategy::kSpillover, {kStopping, kStopped, kStopped}), 1);
  EXPECT_EQ(chosen(Strategy::kSpillover, {kStopping, kPeer}), 1);
  EXPECT_EQ(chosen(Strategy::kSpillover, {kStopping, kStopping}), -1);
  EXPECT_EQ(chosen(Strategy::kSpillover, {}), -1);
}

TEST(Choice, SpilloverFillsWhatIsUpBeforeItWakesAnother) {
  EXPECT_EQ(chosen(Strategy::kSpillover, {kStopped, busy(kReady, 1)}), 1);
  EXPECT_EQ(chosen(Strategy::kSpillover, {kStopped, busy(kReady, 2)}), 0);
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kReady, 2), kPeer}), 1);
}

TEST(Choice, SpilloverTakesTheLeastBusyInTurn) {
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kReady, 1), kStarting, kReady}, 0), 1);
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kReady, 1), kStarting, kReady}, 1), 2);
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kReady, 5), busy(kReady, 3)}), 1) << "nothing is cold";
}

TEST(Choice, ARequestOnItsWayCountsBeforeTheModelStarts) {
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kStopped, 1), kStopped}), 0);
  EXPECT_EQ(chosen(Strategy::kSpillover, {busy(kPeer, 2), kPeer}), 1);
}

}  // namespace
}  // namespace paddock::http
