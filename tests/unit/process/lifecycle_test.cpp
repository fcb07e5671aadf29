#include "lifecycle.h"

#include <gtest/gtest.h>

namespace paddock::process {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_zero) { return TimePoint(since_zero); }

class LifecycleTest : public ::testing::Test {
 protected:
  LifecycleTest() : life({.start_timeout = 60s, .abort_grace = 5s}) {}

  void spawn() {
    life.ordered(at(0s));
    life.spawned(at(0s));
  }
  void become_ready() {
    spawn();
    life.probe_ok();
  }

  Lifecycle life;
};

const Actions kNothing;
const Action kTerm{Act::kSignalTerm}, kKill{Act::kSignalKill}, kDisarm{Act::kDisarmTimer},
    kStopProbing{Act::kStopProbing}, kCollect{Act::kCollectOutput}, kExited{Act::kReportExited};
Action arm(Duration since_zero) { return {Act::kArmTimer, at(since_zero)}; }

TEST_F(LifecycleTest, TheGoodLife) {
  EXPECT_EQ(life.ordered(at(0s)), (Actions{arm(60s)}));
  EXPECT_EQ(life.spawned(at(1s)), (Actions{{Act::kReportSpawned}, arm(61s), {Act::kStartProbing}}));
  EXPECT_EQ(life.state(), State::kStarting);
  EXPECT_EQ(life.probe_ok(), (Actions{kStopProbing, kDisarm, {Act::kReportReady}}));
  EXPECT_EQ(life.state(), State::kReady);
  EXPECT_EQ(life.stop(at(9s), 10s), (Actions{kTerm, arm(19s)}));
  EXPECT_EQ(life.state(), State::kStopping);
  EXPECT_EQ(life.gone(at(0s)), (Actions{kDisarm, kCollect}));
  EXPECT_EQ(life.state(), State::kCollecting);
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
  EXPECT_EQ(life.state(), State::kGone);
}

TEST_F(LifecycleTest, AStopBeforeTheSpawnFollowsIt) {
  EXPECT_EQ(life.ordered(at(0s)), (Actions{arm(60s)}));
  EXPECT_EQ(life.stop(at(1s), 10s), (Actions{arm(11s)}));
  EXPECT_EQ(life.stop(at(1s), 3s), (Actions{arm(4s)}));
  EXPECT_EQ(life.stop(at(1s), 5s), kNothing);
  EXPECT_EQ(life.spawned(at(2s)), (Actions{{Act::kReportSpawned}, kTerm, arm(5s)}));
  EXPECT_EQ(life.state(), State::kStopping);
}

TEST_F(LifecycleTest, AStopWithoutGraceBeforeTheSpawnKillsAtOnce) {
  life.ordered(at(0s));
  EXPECT_EQ(life.stop(at(1s), 0s), (Actions{arm(2s)}));
  EXPECT_EQ(life.spawned(at(2s)), (Actions{{Act::kReportSpawned}, kDisarm, kKill}));
}

TEST_F(LifecycleTest, AStopEndsAStartThatIsNeverSpawned) {
  life.ordered(at(0s));
  life.stop(at(1s), 3s);
  EXPECT_EQ(life.timer(at(4s)), (Actions{kExited})) << "it did not fail";
}

TEST_F(LifecycleTest, ItsKeeperIsLostBeforeItIsSpawned) {
  life.ordered(at(0s));
  EXPECT_EQ(life.gone(at(0s)), (Actions{kDisarm, {Act::kReportNotSpawned}, kExited}));
}

TEST_F(LifecycleTest, NobodySaysThatItWasSpawned) {
  life.ordered(at(0s));
  EXPECT_EQ(life.timer(at(60s)), (Actions{{Act::kReportNotSpawned}, kExited}));
  EXPECT_EQ(life.spawned(at(61s)), kNothing);
  EXPECT_EQ(life.gone(at(0s)), kNothing);
}

TEST_F(LifecycleTest, SpawnFailed) {
  EXPECT_EQ(life.spawn_failed(), (Actions{{Act::kReportNotSpawned}, kExited}));
  Lifecycle ordered({.start_timeout = 60s, .abort_grace = 5s});
  ordered.ordered(at(0s));
  EXPECT_EQ(ordered.spawn_failed(), (Actions{kDisarm, {Act::kReportNotSpawned}, kExited}));
  EXPECT_EQ(life.state(), State::kGone);
}

TEST_F(LifecycleTest, EndBeforeTheProbeSucceeded) {
  spawn();
  EXPECT_EQ(life.gone(at(0s)), (Actions{kStopProbing, kDisarm, kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{{Act::kReportEndedEarly}, kExited}));
}

TEST_F(LifecycleTest, StartDeadlineThenAnObedientEnd) {
  spawn();
  EXPECT_EQ(life.timer(at(60s)), (Actions{kStopProbing, {Act::kReportTimeout}, kTerm, arm(65s)}));
  EXPECT_EQ(life.gone(at(0s)), (Actions{kDisarm, kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited})) << "failed only once";
}

TEST_F(LifecycleTest, StartDeadlineThenKill) {
  spawn();
  life.timer(at(60s));
  EXPECT_EQ(life.timer(at(65s)), (Actions{kKill}));
  EXPECT_EQ(life.state(), State::kKilling);
  EXPECT_EQ(life.gone(at(0s)), (Actions{kCollect}));
}

TEST_F(LifecycleTest, AStrangersAnswerEndsTheStart) {
  spawn();
  EXPECT_EQ(life.refused(at(2s)), (Actions{kStopProbing, {Act::kReportRefused}, kTerm, arm(7s)}));
  EXPECT_EQ(life.state(), State::kStopping);
  EXPECT_EQ(life.probe_ok(), kNothing);
  EXPECT_EQ(life.timer(at(7s)), (Actions{kKill}));
  EXPECT_EQ(life.gone(at(0s)), (Actions{kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited})) << "failed only once";
}

TEST_F(LifecycleTest, StopBeforeTheSpawn) {
  EXPECT_EQ(life.stop(at(1s), 10s), (Actions{kExited}));
  EXPECT_EQ(life.state(), State::kGone);
  EXPECT_EQ(life.stop(at(1s), 0s), kNothing);
  EXPECT_EQ(life.spawned(at(2s)), kNothing);
  EXPECT_EQ(life.spawn_failed(), kNothing);
}

class SlowStartTest : public ::testing::Test {
 protected:
  void SetUp() override { life.ordered(at(0s)); }
  Actions at_timer(Duration now, Progress progress) { return life.timer(at(now), progress); }

  Lifecycle life{{.start_timeout = 60s, .start_timeout_max = 95s, .progress_window = 20s, .abort_grace = 5s}};
};

TEST_F(SlowStartTest, IsLookedAtBeforeItsTimeIsOver) {
  EXPECT_EQ(life.spawned(at(1s)), (Actions{{Act::kReportSpawned}, arm(41s), {Act::kStartProbing}}));
  EXPECT_EQ(at_timer(41s, Progress::kNone), (Actions{arm(61s)})) << "its time is its own";
}

TEST_F(SlowStartTest, GetsMoreTimeStepByStepUpToTheMaximum) {
  life.spawned(at(0s));
  EXPECT_EQ(at_timer(40s, Progress::kMade), (Actions{arm(60s)}));
  EXPECT_EQ(at_timer(60s, Progress::kMade), (Actions{arm(80s)}));
  EXPECT_EQ(at_timer(80s, Progress::kMade), (Actions{arm(95s)})) << "never beyond the maximum";
  EXPECT_EQ(life.state(), State::kStarting);
  EXPECT_EQ(at_timer(95s, Progress::kMade),
            (Actions{kStopProbing, {Act::kReportTimeoutMax}, kTerm, arm(100s)}));
}

TEST_F(SlowStartTest, WithoutProgressEndsAtTheLimit) {
  life.spawned(at(0s));
  at_timer(40s, Progress::kMade);
  EXPECT_EQ(at_timer(60s, Progress::kNone), (Actions{kStopProbing, {Act::kReportTimeout}, kTerm, arm(65s)}));
}

TEST_F(SlowStartTest, ThatStallsLaterEndsThen) {
  life.spawned(at(0s));
  at_timer(40s, Progress::kMade);
  at_timer(60s, Progress::kMade);
  EXPECT_EQ(at_timer(80s, Progress::kNone), (Actions{kStopProbing, {Act::kReportStalled}, kTerm, arm(85s)}));
}

TEST_F(SlowStartTest, MayStillBecomeReadyOrBeStopped) {
  life.spawned(at(0s));
  at_timer(40s, Progress::kMade);
  at_timer(60s, Progress::kMade);
  Lifecycle other = life;
  EXPECT_EQ(life.probe_ok(), (Actions{kStopProbing, kDisarm, {Act::kReportReady}}));
  EXPECT_EQ(other.stop(at(70s), 3s), (Actions{kStopProbing, kTerm, arm(73s)}));
  EXPECT_EQ(other.timer(at(73s), Progress::kMade), (Actions{kKill})) << "progress is no reprieve from a stop";
}

TEST_F(SlowStartTest, WithAMaximumThatIsNoMoreIsLikeOneWithout) {
  Lifecycle same({.start_timeout = 60s, .start_timeout_max = 60s, .progress_window = 20s, .abort_grace = 5s});
  same.ordered(at(0s));
  EXPECT_EQ(same.spawned(at(0s)), (Actions{{Act::kReportSpawned}, arm(60s), {Act::kStartProbing}}));
  EXPECT_EQ(same.timer(at(60s), Progress::kMade),
            (Actions{kStopProbing, {Act::kReportTimeout}, kTerm, arm(65s)}));
}

TEST_F(SlowStartTest, WithAShortLimitIsComparedWithItsBeginning) {
  Lifecycle brief(
      {.start_timeout = 10s, .start_timeout_max = 60s, .progress_window = 20s, .abort_grace = 5s});
  brief.ordered(at(0s));
  EXPECT_EQ(brief.spawned(at(0s)), (Actions{{Act::kReportSpawned}, arm(10s), {Act::kStartProbing}}));
  EXPECT_EQ(brief.timer(at(10s), Progress::kMade), (Actions{arm(30s)}));
}

TEST_F(LifecycleTest, StopDuringTheStartIsNoFailure) {
  spawn();
  EXPECT_EQ(life.stop(at(2s), 3s), (Actions{kStopProbing, kTerm, arm(5s)}));
  EXPECT_EQ(life.timer(at(60s - 55s)), (Actions{kKill}));
  EXPECT_EQ(life.gone(at(0s)), (Actions{kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
}

TEST_F(LifecycleTest, TheStartDeadlineDoesNotReachIntoTheStop) {
  spawn();
  life.stop(at(59s), 30s);
  EXPECT_EQ(life.timer(at(60s)), kNothing) << "the old timer was on its way";
  EXPECT_EQ(life.state(), State::kStopping);
  EXPECT_EQ(life.timer(at(89s)), (Actions{kKill}));
}

TEST_F(LifecycleTest, StopWithoutGraceKillsAtOnce) {
  spawn();
  EXPECT_EQ(life.stop(at(1s), 0s), (Actions{kStopProbing, kDisarm, kKill}));
  EXPECT_EQ(life.state(), State::kKilling);
}

TEST_F(LifecycleTest, StopWithoutGraceKillsAReadyOne) {
  become_ready();
  EXPECT_EQ(life.stop(at(1s), -1s), (Actions{kKill}));
}

TEST_F(LifecycleTest, ASecondStopCanOnlyShortenTheGrace) {
  become_ready();
  life.stop(at(10s), 10s);
  EXPECT_EQ(life.stop(at(11s), 60s), kNothing);
  EXPECT_EQ(life.stop(at(11s), 9s), kNothing) << "the same moment";
  EXPECT_EQ(life.stop(at(12s), 1s), (Actions{arm(13s)}));
  EXPECT_EQ(life.stop(at(12s), 0s), (Actions{kDisarm, kKill}));
  EXPECT_EQ(life.stop(at(12s), 0s), kNothing) << "it cannot be killed harder";
}

TEST_F(LifecycleTest, AStopShortensTheGraceOfATimeout) {
  spawn();
  life.timer(at(60s));
  EXPECT_EQ(life.stop(at(61s), 1s), (Actions{arm(62s)}));
}

TEST_F(LifecycleTest, EndOfItselfWhileReady) {
  become_ready();
  EXPECT_EQ(life.gone(at(0s)), (Actions{kCollect}));
  EXPECT_EQ(life.output_collected(), (Actions{kExited}));
}

TEST_F(LifecycleTest, LateProbesAreIgnored) {
  spawn();
  life.stop(at(1s), 10s);
  EXPECT_EQ(life.probe_ok(), kNothing);
  EXPECT_EQ(life.refused(at(2s)), kNothing);
  life.gone(at(0s));
  EXPECT_EQ(life.probe_ok(), kNothing);
  life.output_collected();
  EXPECT_EQ(life.probe_ok(), kNothing);
}

TEST_F(LifecycleTest, AfterTheEndNothingIsSignalled) {
  spawn();
  life.gone(at(0s));
  EXPECT_EQ(life.stop(at(1s), 0s), kNothing);
  EXPECT_EQ(life.timer(at(1000s)), kNothing);
  EXPECT_EQ(life.gone(at(0s)), kNothing);
  EXPECT_EQ(life.output_collected(), (Actions{{Act::kReportEndedEarly}, kExited}));
  EXPECT_EQ(life.stop(at(2s), 0s), kNothing);
  EXPECT_EQ(life.output_collected(), kNothing);
}

TEST_F(LifecycleTest, AnEndlessGraceDoesNotWrap) {
  become_ready();
  const Actions actions = life.stop(at(1s), Duration::max());
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_GT(actions[1].at, at(24h));
}

}  // namespace
}  // namespace paddock::process
