// The part of the lifecycle in which a command asks the launch to end, and detached launches.
#include <gtest/gtest.h>

#include "lifecycle.h"

namespace paddock::process {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_zero) { return TimePoint(since_zero); }

const Actions kNothing;
const Action kTerm{Act::kSignalTerm}, kKill{Act::kSignalKill}, kDisarm{Act::kDisarmTimer},
    kCollect{Act::kCollectOutput}, kExited{Act::kReportExited}, kRun{Act::kRunStopCommand},
    kEnd{Act::kEndStopCommand}, kNote{Act::kNoteStopFailed}, kStopProbing{Act::kStopProbing},
    kStopWatching{Act::kStopWatching};
Action arm(Duration since_zero) { return {Act::kArmTimer, at(since_zero)}; }

Lifecycle::Options options(bool detached) {
  Lifecycle::Options out;
  out.start_timeout = 60s;
  out.abort_grace = 5s;
  out.stop_timeout = 30s;
  out.stop_grace = 10s;
  out.detached = detached;
  return out;
}

// Ready, and its stop command has 30 of the 40 seconds until the kill.
class StopCommandLife : public ::testing::Test {
 protected:
  void SetUp() override {
    life.ordered(at(0s));
    life.spawned(at(0s));
    life.probe_ok();
  }
  void ask() { EXPECT_EQ(life.stop(at(100s), 40s), (Actions{kRun, arm(130s)})); }

  Lifecycle life{options(false)};
};

TEST_F(StopCommandLife, TheCommandEndsTheModel) {
  ask();
  EXPECT_EQ(life.state(), State::kAsking);
  EXPECT_EQ(life.command_ended(at(101s), true), kNothing) << "the model may still need a moment";
  EXPECT_EQ(life.gone(at(102s)), (Actions{kDisarm, kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
}

TEST_F(StopCommandLife, TheModelEndsFirstAndTheCommandMayTidyUp) {
  ask();
  EXPECT_EQ(life.gone(at(101s)), kNothing);
  EXPECT_EQ(life.state(), State::kTidying);
  EXPECT_EQ(life.command_ended(at(125s), true), (Actions{kDisarm, kCollect}));
}

TEST_F(StopCommandLife, ACommandThatFailsIsFollowedBySignalsAtOnce) {
  ask();
  EXPECT_EQ(life.command_ended(at(101s), false), (Actions{kNote, kTerm, arm(111s)}));
  EXPECT_EQ(life.state(), State::kStopping);
  EXPECT_EQ(life.timer(at(111s)), (Actions{kKill}));
  EXPECT_EQ(life.gone(at(111s)), (Actions{kCollect}));
}

TEST_F(StopCommandLife, ACommandThatHangsIsEndedAndFollowedBySignals) {
  ask();
  EXPECT_EQ(life.timer(at(129s)), kNothing);
  EXPECT_EQ(life.timer(at(130s)), (Actions{kNote, kEnd, kTerm, arm(140s)}));
  EXPECT_EQ(life.gone(at(131s)), (Actions{kDisarm})) << "the command is not quite over";
  EXPECT_EQ(life.command_ended(at(131s), false), (Actions{kCollect})) << "said once";
}

TEST_F(StopCommandLife, AModelThatDoesNotHeedTheCommandGetsSignals) {
  ask();
  life.command_ended(at(101s), true);
  EXPECT_EQ(life.timer(at(130s)), (Actions{kNote, kTerm, arm(140s)}));
  EXPECT_EQ(life.timer(at(140s)), (Actions{kKill}));
}

TEST_F(StopCommandLife, ACommandThatFailsAfterTheEndIsTold) {
  ask();
  life.gone(at(101s));
  EXPECT_EQ(life.command_ended(at(102s), false), (Actions{kNote, kDisarm, kCollect}));
}

TEST_F(StopCommandLife, ACommandThatHangsAfterTheEndIsEnded) {
  ask();
  life.gone(at(101s));
  EXPECT_EQ(life.timer(at(130s)), (Actions{kEnd, kNote}));
  EXPECT_EQ(life.command_ended(at(130s), false), (Actions{kCollect}));
}

TEST_F(StopCommandLife, WhoHurriesTakesFromBothButLeavesSignalsTheirShare) {
  EXPECT_EQ(life.stop(at(100s), 8s), (Actions{kRun, arm(104s)})) << "half, as signals want ten";
  EXPECT_EQ(life.timer(at(104s)), (Actions{kNote, kEnd, kTerm, arm(108s)})) << "not beyond the kill";
  Lifecycle other{options(false)};
  other.ordered(at(0s));
  other.spawned(at(0s));
  EXPECT_EQ(other.stop(at(100s), 25s), (Actions{kStopProbing, kRun, arm(115s)})) << "all but the signals'";
}

TEST_F(StopCommandLife, NeverMoreThanItsOwnTime) {
  EXPECT_EQ(life.stop(at(100s), 1h), (Actions{kRun, arm(130s)}));
  EXPECT_EQ(life.timer(at(130s)), (Actions{kNote, kEnd, kTerm, arm(140s)}));
}

TEST_F(StopCommandLife, AStopWithoutGraceRunsNoCommand) {
  EXPECT_EQ(life.stop(at(100s), 0s), (Actions{kKill}));
}

TEST_F(StopCommandLife, ASecondStopCanOnlyShorten) {
  ask();
  EXPECT_EQ(life.stop(at(101s), 80s), kNothing);
  EXPECT_EQ(life.stop(at(101s), 4s), (Actions{arm(103s)}));
  EXPECT_EQ(life.timer(at(103s)), (Actions{kNote, kEnd, kTerm, arm(105s)}));
}

TEST_F(StopCommandLife, ASecondStopWithoutGraceKillsTheCommandToo) {
  ask();
  EXPECT_EQ(life.stop(at(101s), 0s), (Actions{kNote, kEnd, kDisarm, kKill}));
  EXPECT_EQ(life.gone(at(101s)), kNothing);
  EXPECT_EQ(life.command_ended(at(101s), false), (Actions{kCollect}));
}

TEST_F(StopCommandLife, ASecondStopWhileTidyingEndsTheCommand) {
  ask();
  life.gone(at(101s));
  EXPECT_EQ(life.stop(at(101s), 2s), (Actions{arm(103s)}));
  EXPECT_EQ(life.stop(at(102s), 0s), (Actions{kEnd, kDisarm}));
  EXPECT_EQ(life.command_ended(at(102s), false), (Actions{kCollect}));
}

TEST_F(StopCommandLife, AStartThatFailsIsStoppedTheSameWay) {
  Lifecycle late{options(false)};
  late.ordered(at(0s));
  late.spawned(at(0s));
  EXPECT_EQ(late.timer(at(60s)), (Actions{kStopProbing, {Act::kReportTimeout}, kRun, arm(90s)}));
  EXPECT_EQ(late.command_ended(at(61s), false), (Actions{kNote, kTerm, arm(66s)}));
  Lifecycle strange{options(false)};
  strange.ordered(at(0s));
  strange.spawned(at(0s));
  EXPECT_EQ(strange.refused(at(1s)), (Actions{kStopProbing, {Act::kReportRefused}, kRun, arm(31s)}));
}

TEST_F(StopCommandLife, AnEndOfItselfRunsNoCommand) {
  EXPECT_EQ(life.gone(at(100s)), (Actions{kCollect}));
  EXPECT_EQ(life.lost(at(100s)), kNothing) << "only detached ones are";
  EXPECT_EQ(life.leader_failed(at(100s)), kNothing);
  EXPECT_EQ(life.command_ended(at(100s), true), kNothing) << "none runs";
}

class DetachedLife : public ::testing::Test {
 protected:
  void start() {
    life.ordered(at(0s));
    life.spawned(at(0s));
  }
  void become_ready() {
    start();
    EXPECT_EQ(life.probe_ok(), (Actions{kStopProbing, kDisarm, {Act::kReportReady}, {Act::kStartWatching}}));
  }

  Lifecycle life{options(true)};
};

TEST_F(DetachedLife, TheCommandThatSucceedsIsTheEnd) {
  become_ready();
  EXPECT_EQ(life.stop(at(100s), 40s), (Actions{kStopWatching, kRun, arm(130s)}));
  EXPECT_EQ(life.command_ended(at(110s), true), (Actions{kTerm, arm(120s)})) << "what is left may finish";
  EXPECT_EQ(life.gone(at(110s)), (Actions{kDisarm, kCollect}));
}

TEST_F(DetachedLife, TheCommandThatFailsIsFollowedBySignals) {
  become_ready();
  life.stop(at(100s), 40s);
  EXPECT_EQ(life.command_ended(at(110s), false), (Actions{kNote, kTerm, arm(120s)}));
  EXPECT_EQ(life.gone(at(111s)), (Actions{kDisarm, kCollect}));
}

TEST_F(DetachedLife, LostItIsTidiedUpAfter) {
  become_ready();
  EXPECT_EQ(life.lost(at(100s)), (Actions{kStopWatching, kRun, arm(130s)}));
  EXPECT_EQ(life.lost(at(100s)), kNothing);
  EXPECT_EQ(life.command_ended(at(101s), true), (Actions{kDisarm, kKill}));
  EXPECT_EQ(life.gone(at(101s)), (Actions{kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
}

TEST_F(DetachedLife, LostAndTheCommandFails) {
  become_ready();
  life.lost(at(100s));
  EXPECT_EQ(life.command_ended(at(101s), false), (Actions{kNote, kDisarm, kKill})) << "nobody to signal";
}

TEST_F(DetachedLife, ALeaderThatFailsIsAFailedStart) {
  start();
  EXPECT_EQ(life.lost(at(1s)), kNothing);
  EXPECT_EQ(life.leader_failed(at(1s)), (Actions{kStopProbing, {Act::kReportEndedEarly}, kRun, arm(31s)}));
  EXPECT_EQ(life.command_ended(at(2s), true), (Actions{kDisarm, kKill}));
  EXPECT_EQ(life.gone(at(2s)), (Actions{kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited})) << "failed only once";
}

TEST_F(DetachedLife, ALeaderThatFailsLaterSaysNothing) {
  become_ready();
  EXPECT_EQ(life.leader_failed(at(1s)), kNothing);
}

TEST_F(DetachedLife, AKeeperThatIsLostLeavesTheServiceToTheCommand) {
  become_ready();
  EXPECT_EQ(life.gone(at(1s)), (Actions{kStopWatching, kRun, arm(31s)}));
  EXPECT_EQ(life.state(), State::kTidying);
  EXPECT_EQ(life.command_ended(at(2s), true), (Actions{kDisarm, kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
}

TEST_F(DetachedLife, AKeeperThatIsLostDuringTheStart) {
  start();
  life.gone(at(1s));
  life.command_ended(at(2s), true);
  EXPECT_EQ(life.output_collected(), (Actions{{Act::kReportEndedEarly}, kExited}));
}

TEST_F(DetachedLife, KilledWithoutItsCommandThatIsTold) {
  become_ready();
  EXPECT_EQ(life.stop(at(1s), 0s), (Actions{kStopWatching, kNote, kKill}));
}

}  // namespace
}  // namespace paddock::process
