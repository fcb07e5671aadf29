// What people ask for: load, cancel, unload, restart, idle time, shutdown.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

using Load = Driven;

TEST_F(Load, IsDoneWhenReadyAndSeveralJoin) {
  EXPECT_EQ(load(1, "a"), Effects({started("a", 1, "load")}));
  EXPECT_EQ(load(2, "a"), Effects());
  EXPECT_EQ(arrive(1, "a"), Effects());
  EXPECT_EQ(view("a").waiting, 1);
  EXPECT_EQ(ready("a", 1), Effects({done(1), done(2), granted(1, "a", 1)}));
  EXPECT_EQ(load(3, "a"), Effects({done(3)}));
}

TEST_F(Load, SwapsLikeARequest) {
  serving(1, "a", 1);
  EXPECT_EQ(load(1, "b"), Effects());
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2, "load")}));
  EXPECT_EQ(ready("b", 2), Effects({done(1), stopped("b", 2, "swap to a")}));
}

TEST_F(Load, ThatFailsSaysWhichLaunch) {
  load(1, "a");
  EXPECT_EQ(failed("a", 1), Effects({done(1, RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(load(2, "x"), Effects({done(2, RejectReason::kUnknownModel)}));
}

using CancelLoad = Driven;

TEST_F(CancelLoad, StopsTheStartAndRejectsWhoWaits) {
  arrive(1, "a");
  load(1, "a");
  EXPECT_EQ(cancel_load(2, "a"),
            Effects({rejected(1, "a", RejectReason::kUnloaded), done(1, RejectReason::kUnloaded),
                     stopped("a", 1, "load cancelled")}));
  EXPECT_EQ(exited("a", 1), Effects({done(2)}));
}

TEST_F(CancelLoad, OfALoadThatWaitsCallsOffTheDrain) {
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "a");
  EXPECT_EQ(cancel_load(1, "b"),
            Effects({rejected(2, "b", RejectReason::kUnloaded), done(1), granted(3, "a", 1)}));
}

TEST_F(CancelLoad, OfNothingIsDoneAtOnce) {
  EXPECT_EQ(cancel_load(1, "a"), Effects({done(1)}));
  serving(1, "a", 1);
  EXPECT_EQ(cancel_load(2, "a"), Effects({done(2)}));
  EXPECT_EQ(view("a").state, State::kReady);
}

using Unload = Driven;

TEST_F(Unload, DrainsFirst) {
  serving(1, "a", 1);
  EXPECT_EQ(unload(1, "a"), Effects());
  EXPECT_TRUE(view("a").draining);
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("a", 2)}));
}

TEST_F(Unload, RejectsWhoWaited) {
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "a");
  EXPECT_EQ(unload(1, "a"), Effects({rejected(3, "a", RejectReason::kUnloaded)}));
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("b", 2)}));
}

TEST_F(Unload, NowCutsWhatRuns) {
  serving(1, "a", 1);
  EXPECT_EQ(unload(1, "a", UnloadMode::kNow), Effects({revoked("a", 1), stopped("a", 1, "unload now")}));
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Unload, NowHurriesADrain) {
  serving(1, "a", 1);
  unload(1, "a");
  EXPECT_EQ(unload(2, "a", UnloadMode::kNow), Effects({revoked("a", 1), stopped("a", 1, "unload now")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), done(2)}));
  EXPECT_EQ(finish(1), Effects());
}

TEST_F(Unload, StopsALoad) {
  arrive(1, "a");
  EXPECT_EQ(unload(1, "a"), Effects({rejected(1, "a", RejectReason::kUnloaded), stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Unload, OfAStoppedModelIsDoneAtOnce) {
  EXPECT_EQ(unload(1, "a"), Effects({done(1)}));
  EXPECT_EQ(on(UnloadRequested{op(2), {}, UnloadMode::kDrain}), Effects({done(2)}));
}

TEST_F(Unload, OfAllWaitsForAll) {
  make(options_for({{ModelId("a")}, {ModelId("A")}}), std::make_unique<CasePolicy>());
  serving(1, "a", 1);
  serving(2, "A", 2);
  finish(1);
  EXPECT_EQ(on(UnloadRequested{op(1), {}, UnloadMode::kDrain}), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects());
  EXPECT_EQ(finish(2), Effects({stopped("A", 2, "unload")}));
  EXPECT_EQ(exited("A", 2), Effects({done(1)}));
}

TEST_F(Unload, DuringASwapWaitsForTheSameExit) {
  serving(1, "a", 1);
  finish(1);
  arrive(2, "b");
  EXPECT_EQ(unload(1, "a"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("b", 2)}));
}

using Restart = Driven;

TEST_F(Restart, DrainsStopsAndStarts) {
  serving(1, "a", 1);
  EXPECT_EQ(restart(1, "a"), Effects());
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "restart")}));
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({done(1), granted(2, "a", 2)}));
}

TEST_F(Restart, OfAStoppedModelLoadsIt) {
  EXPECT_EQ(restart(1, "a"), Effects({started("a", 1, "restart")}));
  EXPECT_EQ(failed("a", 1), Effects({done(1, RejectReason::kStartFailed, 1)}));
}

TEST_F(Restart, OfALoadBeginsAnewAndKeepsWhoWaits) {
  arrive(1, "a");
  EXPECT_EQ(restart(1, "a"), Effects({stopped("a", 1, "restart")}));
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({granted(1, "a", 2), done(1)}));
}

TEST_F(Restart, IsEndedByAnUnload) {
  serving(1, "a", 1);
  restart(1, "a");
  EXPECT_EQ(unload(2, "a"), Effects({done(1, RejectReason::kUnloaded)}));
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(2)}));
}

class Idle : public Driven {
 protected:
  void SetUp() override { make(options_for({{ModelId("a"), seconds(60), seconds(3)}, {ModelId("b")}})); }
};

TEST_F(Idle, TimeStartsWithTheEndOfTheLastRequest) {
  serving(1, "a", 1);
  arrive(2, "a");
  now = at(5);
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(finish(2), Effects({ArmTimer{{1}, at(65)}}));
  now = at(65);
  EXPECT_EQ(on(TimerFired{{1}}), Effects({stopped("a", 1, "idle", 3)}));
}

TEST_F(Idle, TimeStartsWithReadinessIfNobodyWaits) {
  load(1, "a");
  now = at(10);
  EXPECT_EQ(ready("a", 1), Effects({done(1), ArmTimer{{1}, at(70)}}));
  now = at(20);
  EXPECT_EQ(load(2, "a"), Effects({CancelTimer{{1}}, done(2), ArmTimer{{2}, at(80)}}));
}

TEST_F(Idle, TimeEndsWithARequest) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "a"), Effects({CancelTimer{{1}}, granted(2, "a", 1)}));
  EXPECT_EQ(on(TimerFired{{1}}), Effects());  // it was on its way when it was cancelled
  EXPECT_EQ(finish(2), Effects({ArmTimer{{2}, at(60)}}));
  EXPECT_EQ(on(TimerFired{{1}}), Effects());
  EXPECT_EQ(view("a").state, State::kReady);
}

TEST_F(Idle, TimeEndsWithTheLaunch) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(exited("a", 1), Effects({CancelTimer{{1}}}));
  serving(2, "a", 2);
  finish(2);
  EXPECT_EQ(arrive(3, "b"), Effects({CancelTimer{{2}}, stopped("a", 2, "swap to b", 3)}));
}

TEST_F(Idle, ALookKeepsNothingLoaded) {
  serving(1, "a", 1);
  EXPECT_EQ(finish(1), Effects({ArmTimer{{1}, at(60)}}));
  now = at(50);
  EXPECT_EQ(look(2, "a"), Effects({granted(2, "a", 1)})) << "the time runs on";
  EXPECT_EQ(finish(2), Effects());
  now = at(60);
  EXPECT_EQ(on(TimerFired{{1}}), Effects({stopped("a", 1, "idle", 3)}));
}

TEST_F(Idle, ALookIsNotCut) {
  serving(1, "a", 1);
  finish(1);
  look(2, "a");
  now = at(60);
  EXPECT_EQ(on(TimerFired{{1}}), Effects()) << "somebody is looking";
  now = at(70);
  EXPECT_EQ(finish(2), Effects({ArmTimer{{2}, at(60)}})) << "which has passed";
  EXPECT_EQ(on(TimerFired{{2}}), Effects({stopped("a", 1, "idle", 3)}));
}

TEST_F(Idle, ALookBesideWorkChangesNothing) {
  serving(1, "a", 1);
  look(2, "a");
  now = at(10);
  EXPECT_EQ(finish(1), Effects());
  now = at(20);
  EXPECT_EQ(finish(2), Effects({ArmTimer{{1}, at(70)}}));
}

TEST_F(Idle, ALookLoadsAModelWhichThenHasItsTime) {
  look(1, "a");
  now = at(5);
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
  now = at(20);
  EXPECT_EQ(finish(1), Effects({ArmTimer{{1}, at(65)}})) << "from ready";
}

TEST_F(Idle, AGlanceLoadsNothing) {
  const auto glance = [this](std::uint64_t t) {
    return on(RequestArrived{ticket(t), ModelId("a"), Use::kGlance});
  };
  const auto not_loaded = [](std::uint64_t t) {
    return Effects({rejected(t, "a", RejectReason::kNotLoaded)});
  };
  EXPECT_EQ(glance(1), not_loaded(1));
  arrive(2, "a");
  EXPECT_EQ(glance(3), not_loaded(3)) << "not even a load that is under way is waited for";
  ready("a", 1);
  EXPECT_EQ(glance(4), Effects({granted(4, "a", 1)}));
  arrive(5, "b");
  EXPECT_EQ(glance(6), Effects()) << "it waits behind b";
  finish(2);
  EXPECT_EQ(finish(4), Effects({stopped("a", 1, "swap to b", 3)}));
  EXPECT_EQ(exited("a", 1), Effects({rejected(6, "a", RejectReason::kNotLoaded), started("b", 2)}));
}

TEST_F(Idle, ModelsWithoutTtlStay) {
  serving(1, "b", 1);
  EXPECT_EQ(finish(1), Effects());
}

using Shutdown = Driven;

TEST_F(Shutdown, RejectsTheQueueAndLetsRequestsFinish) {
  serving(1, "a", 1);
  arrive(2, "b");
  load(1, "c");
  EXPECT_EQ(on(ShutdownRequested{op(9)}),
            Effects({rejected(2, "b", RejectReason::kShuttingDown), done(1, RejectReason::kShuttingDown)}));
  EXPECT_EQ(arrive(3, "a"), Effects({rejected(3, "a", RejectReason::kShuttingDown)}));
  EXPECT_EQ(load(2, "a"), Effects({done(2, RejectReason::kShuttingDown)}));
  EXPECT_EQ(restart(3, "a"), Effects({done(3, RejectReason::kShuttingDown)}));
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "shutdown")}));
  EXPECT_EQ(exited("a", 1), Effects({done(9)}));
}

TEST_F(Shutdown, StopsIdleAndLoadingModelsAtOnce) {
  arrive(1, "a");
  EXPECT_EQ(on(ShutdownRequested{op(9)}),
            Effects({rejected(1, "a", RejectReason::kShuttingDown), stopped("a", 1, "shutdown")}));
  EXPECT_EQ(exited("a", 1), Effects({done(9)}));
  EXPECT_EQ(on(ShutdownRequested{op(10)}), Effects({done(10)}));
}

TEST_F(Shutdown, CutEndsWhatRuns) {
  serving(1, "a", 1);
  on(ShutdownRequested{op(9)});
  EXPECT_EQ(on(ShutdownCut{}), Effects({revoked("a", 1), stopped("a", 1, "shutdown")}));
  EXPECT_EQ(on(ShutdownCut{seconds(1)}), Effects({stopped("a", 1, "shutdown", 1)}));
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(exited("a", 1), Effects({done(9)}));
}

TEST_F(Shutdown, NothingLivesLongerThanItsTime) {
  serving(1, "a", 1);
  EXPECT_EQ(on(ShutdownRequested{op(9), seconds(7)}), Effects());
  now += seconds(2);
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "shutdown", 5)})) << "its own would be 10";
  now += seconds(1);
  EXPECT_EQ(on(ShutdownRequested{op(10), seconds(60)}), Effects({stopped("a", 1, "shutdown", 4)}))
      << "never longer than was said first";
  now += seconds(10);
  EXPECT_EQ(on(ShutdownCut{seconds(1)}), Effects({stopped("a", 1, "shutdown", 0)}));
}

TEST_F(Shutdown, ShortensStopsThatHadBegun) {
  serving(1, "a", 1);
  arrive(2, "b");
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(on(ShutdownRequested{op(9), seconds(3)}),
            Effects({stopped("a", 1, "shutdown", 3), rejected(2, "b", RejectReason::kShuttingDown)}));
}

TEST_F(Shutdown, CutComesOnlyAfterAShutdown) {
  serving(1, "a", 1);
  EXPECT_EQ(on(ShutdownCut{}), Effects());
}

}  // namespace
}  // namespace paddock::scheduler
