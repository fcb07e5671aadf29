// Gates: a ready model is lent out, and taken back before anything else happens to it.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

class Gates : public Driven {
 protected:
  void SetUp() override { with_ttl(0); }
  void with_ttl(int ttl) {
    Options options = options_for({{ModelId("a"), seconds(ttl)}, {ModelId("b")}});
    options.gates = true;
    make(std::move(options));
  }

  static OpenGate opened(const char* model, std::uint64_t g) { return {ModelId(model), gen(g)}; }
  static CloseGate closed(const char* model, std::uint64_t g) { return {ModelId(model), gen(g)}; }
  static ArmTimer armed(std::uint64_t timer, int s) { return {{timer}, at(s)}; }
  static CancelTimer disarmed(std::uint64_t timer) { return {{timer}}; }
  Effects emptied(const char* model, std::uint64_t g, int idle_since = 0) {
    return on(GateClosed{ModelId(model), gen(g), at(idle_since)});
  }
  Effects fire(std::uint64_t timer, int s) {
    now = at(s);
    return on(TimerFired{{timer}});
  }
  // `a` is ready as its first launch, with an open gate and nothing running.
  void lent() {
    serving(1, "a", 1);
    finish(1);
  }
};

TEST_F(Gates, OpenWhenTheModelIsReady) {
  arrive(1, "a");
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1), opened("a", 1)}));
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(arrive(2, "a"), Effects({granted(2, "a", 1)}));  // asking is still possible
}

TEST_F(Gates, StayShutWhileSomebodyWaitsForAnotherModel) {
  arrive(1, "a");
  arrive(2, "b");
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Gates, CloseForAWaiterAndTheSwapFollows) {
  lent();
  EXPECT_EQ(arrive(2, "b"), Effects({closed("a", 1)}));
  EXPECT_EQ(arrive(3, "a"), Effects());  // behind the one for b
  EXPECT_EQ(emptied("a", 1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

TEST_F(Gates, WaitForGrantedRequestsToo) {
  serving(1, "a", 1);
  EXPECT_EQ(arrive(2, "b"), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Gates, OpenAgainWhenTheWaiterLeaves) {
  lent();
  arrive(2, "b");
  EXPECT_EQ(cancel(2), Effects({rejected(2, "b", RejectReason::kCancelled)}));
  EXPECT_EQ(emptied("a", 1), Effects({opened("a", 1)}));
}

TEST_F(Gates, CloseForAnUnloadThatWaits) {
  lent();
  EXPECT_EQ(unload(1, "a"), Effects({closed("a", 1)}));
  EXPECT_TRUE(view("a").draining);
  EXPECT_EQ(emptied("a", 1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Gates, AreRevokedByAnUnloadNow) {
  lent();
  EXPECT_EQ(unload(1, "a", UnloadMode::kNow),
            Effects({revoked("a", 1), stopped("a", 1, "unload now"), closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1), Effects());
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Gates, CloseForARestart) {
  lent();
  EXPECT_EQ(restart(1, "a"), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1), Effects({stopped("a", 1, "restart")}));
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({done(1), opened("a", 2)}));
}

TEST_F(Gates, CloseForAShutdown) {
  lent();
  EXPECT_EQ(on(ShutdownRequested{op(1)}), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1), Effects({stopped("a", 1, "shutdown")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Gates, AreRevokedByACut) {
  lent();
  on(ShutdownRequested{op(1)});
  EXPECT_EQ(on(ShutdownCut{}), Effects({revoked("a", 1), stopped("a", 1, "shutdown")}));
  EXPECT_EQ(emptied("a", 1), Effects());
}

TEST_F(Gates, CloseToLearnWhetherTheModelIsIdle) {
  with_ttl(10);
  load(1, "a");
  EXPECT_EQ(ready("a", 1), Effects({done(1), armed(1, 10), opened("a", 1)}));
  EXPECT_EQ(fire(1, 10), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1, 0), Effects({stopped("a", 1, "idle")}));
}

TEST_F(Gates, OpenAgainForTheRestOfTheIdleTime) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  fire(1, 10);
  EXPECT_EQ(emptied("a", 1, 4), Effects({armed(2, 14), opened("a", 1)}));
  EXPECT_EQ(fire(2, 14), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1, 4), Effects({stopped("a", 1, "idle")}));  // opening it was no use of it
}

TEST_F(Gates, CountAsUsedWhileALeaseIsInside) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  fire(1, 10);
  now = at(60);
  EXPECT_EQ(emptied("a", 1, 60), Effects({armed(2, 70), opened("a", 1)}));
}

TEST_F(Gates, AreNotTheOnlyUse) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  fire(1, 10);
  EXPECT_EQ(arrive(2, "a"), Effects({granted(2, "a", 1)}));
  EXPECT_EQ(finish(2), Effects());
  EXPECT_EQ(emptied("a", 1, 0), Effects({armed(2, 20), opened("a", 1)}));
}

TEST_F(Gates, ALookPastThemKeepsNothingLoaded) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  now = at(9);
  EXPECT_EQ(look(2, "a"), Effects({granted(2, "a", 1)}));
  EXPECT_EQ(finish(2), Effects());
  EXPECT_EQ(fire(1, 10), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1, 0), Effects({stopped("a", 1, "idle")}));
}

TEST_F(Gates, ALookDuringTheIdleCheckOnlyDelaysIt) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  look(2, "a");
  fire(1, 10);
  EXPECT_EQ(emptied("a", 1, 4), Effects({opened("a", 1)}));
  now = at(30);
  EXPECT_EQ(finish(2), Effects({armed(2, 14)}));
  EXPECT_EQ(fire(2, 30), Effects({closed("a", 1)}));
  EXPECT_EQ(emptied("a", 1, 4), Effects({stopped("a", 1, "idle")}));
}

TEST_F(Gates, AFreezeIsNoBusyWait) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  on(FreezeRequested{op(2)});
  fire(1, 10);
  EXPECT_EQ(emptied("a", 1, 0), Effects({armed(2, 20), opened("a", 1)}));
}

TEST_F(Gates, AreSwappedAwayDuringTheIdleCheck) {
  with_ttl(10);
  load(1, "a");
  ready("a", 1);
  fire(1, 10);
  EXPECT_EQ(arrive(2, "b"), Effects());
  EXPECT_EQ(emptied("a", 1, 4), Effects({armed(2, 14), disarmed(2), stopped("a", 1, "swap to b")}));
}

TEST_F(Gates, OfALaunchThatCrashedAreOverBeforeTheNextOneOpens) {
  lent();
  EXPECT_EQ(exited("a", 1), Effects({closed("a", 1)}));
  EXPECT_EQ(arrive(2, "a"), Effects({started("a", 2)}));
  EXPECT_EQ(ready("a", 2), Effects({granted(2, "a", 2)}));  // leases of the first are still inside
  EXPECT_EQ(emptied("a", 2), Effects());                    // no such gate
  EXPECT_EQ(emptied("a", 1), Effects({opened("a", 2)}));
  EXPECT_EQ(emptied("a", 1), Effects());
}

TEST_F(Gates, OfALaunchThatCrashedDoNotHoldTheNextOne) {
  lent();
  exited("a", 1);
  arrive(2, "a");
  ready("a", 2);
  arrive(3, "b");
  EXPECT_EQ(finish(2), Effects({stopped("a", 2, "swap to b")}));
  EXPECT_EQ(emptied("a", 1), Effects());
}

}  // namespace
}  // namespace paddock::scheduler
