// What becomes of what runs and waits when the models change.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kChanged = "the configuration has changed";
constexpr const char* kRemoved = "removed from the configuration";

class ModelsChange : public Driven {
 protected:
  Effects change(std::vector<ModelOptions> models,
                 std::shared_ptr<const EvictionPolicy> policy = std::make_shared<ExclusivePolicy>()) {
    return on(ModelsChanged{options_for(std::move(models)), std::move(policy)});
  }
  // Two that may be together, both idle; `A` was used last.
  void have_a_then_A() {
    make(options_for({model("a"), model("A")}), std::make_unique<CasePolicy>());
    serving(1, "a", 1);
    finish(1);
    now = at(1);
    serving(2, "A", 2);
    finish(2);
    now = at(2);
  }
  static ModelOptions model(const char* id, const char* launch = "") {
    ModelOptions out{ModelId(id)};
    out.launch = launch;
    return out;
  }
};

TEST_F(ModelsChange, AKeepAliveCountsUntilTheLaunchHasEnded) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_THAT(on(KeepAliveSet{ModelId("a"), seconds(30)}), ElementsAre(ArmTimer{{1}, at(30)}));
  EXPECT_THAT(on(KeepAliveSet{ModelId("a"), seconds(0)}), ElementsAre(CancelTimer{{1}})) << "it stays";
  EXPECT_THAT(on(KeepAliveSet{ModelId("a"), seconds(5)}), ElementsAre(ArmTimer{{2}, at(5)}));
  now = at(5);
  EXPECT_THAT(on(TimerFired{{2}}), ElementsAre(stopped("a", 1, "idle")));
  exited("a", 1);
  serving(2, "a", 2);
  EXPECT_THAT(finish(2), IsEmpty()) << "as it is configured again: for ever";
}

TEST_F(ModelsChange, AKeepAliveOfAStoppedModelIsItsNextLaunchs) {
  EXPECT_THAT(on(KeepAliveSet{ModelId("a"), seconds(7)}), IsEmpty());
  serving(1, "a", 1);
  EXPECT_THAT(finish(1), ElementsAre(ArmTimer{{1}, at(7)}));
}

TEST_F(ModelsChange, LeavesAloneWhatStaysTheSame) {
  serving(1, "a", 1);
  EXPECT_THAT(change({model("a"), model("b"), model("c")}), IsEmpty());
  EXPECT_EQ(view("a").in_flight, 1);
  EXPECT_THAT(finish(1), IsEmpty());
  EXPECT_EQ(view("a").generation, gen(1));
}

TEST_F(ModelsChange, ABusyOneServesOnAndIsRenewedWhenIdle) {
  serving(1, "a", 1);
  EXPECT_THAT(change({model("a", "new")}), IsEmpty());
  EXPECT_THAT(arrive(2, "a"), ElementsAre(granted(2, "a", 1)));
  EXPECT_THAT(finish(1), IsEmpty());
  EXPECT_THAT(finish(2), ElementsAre(stopped("a", 1, kChanged)));
  EXPECT_THAT(arrive(3, "a"), IsEmpty()) << "waits for the new launch";
  EXPECT_THAT(exited("a", 1), ElementsAre(started("a", 2, "restart")));
  EXPECT_THAT(ready("a", 2), ElementsAre(granted(3, "a", 2)));
}

TEST_F(ModelsChange, AnIdleOneIsRenewedAtOnceAndNobodyTakesItsPlace) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_THAT(change({model("a", "new"), model("b")}), ElementsAre(stopped("a", 1, kChanged)));
  EXPECT_THAT(arrive(2, "b"), IsEmpty());
  EXPECT_THAT(exited("a", 1), ElementsAre(started("a", 2, "restart")));
  EXPECT_THAT(ready("a", 2), ElementsAre(stopped("a", 2, "swap to b")));
}

TEST_F(ModelsChange, WhatIsTakenBackBeforeItWasIdleRestartsNothing) {
  serving(1, "a", 1);
  change({model("a", "new")});
  change({model("a")});
  EXPECT_THAT(finish(1), IsEmpty());
  EXPECT_EQ(view("a").state, State::kReady);
}

TEST_F(ModelsChange, AStoppedOneIsStartedAsItIsNow) {
  EXPECT_THAT(change({model("a", "new")}), IsEmpty());
  EXPECT_THAT(arrive(1, "a"), ElementsAre(started("a", 1)));
  ready("a", 1);
  EXPECT_THAT(finish(1), IsEmpty()) << "it is the new one";
}

TEST_F(ModelsChange, ALoadBeginsAnewAndWhoWaitsWaitsOn) {
  arrive(1, "a");
  EXPECT_THAT(change({model("a", "new"), model("b")}), ElementsAre(stopped("a", 1, kChanged)));
  arrive(2, "b");
  EXPECT_THAT(exited("a", 1), ElementsAre(started("a", 2, "restart")));
  EXPECT_THAT(ready("a", 2), ElementsAre(granted(1, "a", 2)));
}

TEST_F(ModelsChange, ALoadThatNobodyWaitsForIsGivenUp) {
  arrive(1, "a");
  cancel(1);
  change({model("a", "new")});
  EXPECT_THAT(exited("a", 1), IsEmpty());
}

TEST_F(ModelsChange, ARemovedOneFinishesItsRequestsAndTakesNoMore) {
  serving(1, "a", 1);
  EXPECT_THAT(change({model("b")}), IsEmpty());
  EXPECT_THAT(arrive(2, "a"), ElementsAre(rejected(2, "a", RejectReason::kUnknownModel)));
  EXPECT_THAT(load(7, "a"), ElementsAre(done(7, RejectReason::kUnknownModel)));
  EXPECT_TRUE(view("a").draining);
  EXPECT_THAT(finish(1), ElementsAre(stopped("a", 1, kRemoved)));
  EXPECT_EQ(view("a").state, State::kStopping);
  EXPECT_THAT(exited("a", 1), IsEmpty());
  for (const ModelView& one : scheduler_->view().models) EXPECT_NE(one.id, ModelId("a"));
}

TEST_F(ModelsChange, WhoWaitsForARemovedOneIsTold) {
  serving(1, "a", 1);
  arrive(2, "b");
  load(7, "b");
  EXPECT_THAT(change({model("a")}), ElementsAre(rejected(2, "b", RejectReason::kUnknownModel),
                                                done(7, RejectReason::kUnknownModel)));
}

TEST_F(ModelsChange, NothingStartsBesideARemovedOneThatItWasNotAllowedBeside) {
  serving(1, "a", 1);
  change({model("b"), model("d")});
  EXPECT_THAT(arrive(2, "b"), IsEmpty());
  EXPECT_THAT(arrive(3, "d"), IsEmpty()) << "the old rule knows nothing of it";
  EXPECT_THAT(finish(1), ElementsAre(stopped("a", 1, kRemoved)));
  EXPECT_THAT(exited("a", 1), ElementsAre(started("b", 2)));
}

TEST_F(ModelsChange, WhatWasAllowedBesideARemovedOneStartsAtOnce) {
  make(options_for({model("a"), model("A")}), std::make_unique<CasePolicy>());
  serving(1, "a", 1);
  change({model("A")}, std::make_shared<CasePolicy>());
  EXPECT_THAT(arrive(2, "A"), ElementsAre(started("A", 2)));
}

TEST_F(ModelsChange, ARemovedOneThatComesBackServesOn) {
  serving(1, "a", 1);
  change({model("b")});
  EXPECT_THAT(change({model("a"), model("b")}), IsEmpty());
  EXPECT_THAT(arrive(2, "a"), ElementsAre(granted(2, "a", 1)));
}

TEST_F(ModelsChange, AnUnloadOutlivesTheRemovalAndTheReturn) {
  serving(1, "a", 1);
  unload(7, "a");
  change({model("b")});
  change({model("a"), model("b")});
  EXPECT_THAT(finish(1), ElementsAre(stopped("a", 1, "unload")));
  EXPECT_THAT(exited("a", 1), ElementsAre(done(7)));
}

TEST_F(ModelsChange, AnotherLaunchIsTriedThoughTheBrakeHolds) {
  arrive(1, "a");
  on(ProcessFailed{ModelId("a"), gen(1), "no such file", {seconds(60), seconds(60)}});
  exited("a", 1);
  change({model("a")});
  const Effects held = arrive(2, "a");
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(std::get<Reject>(held[0]).reason, RejectReason::kCrashLoop);
  change({model("a", "mended")});
  EXPECT_THAT(arrive(3, "a"), ElementsAre(started("a", 2)));
}

TEST_F(ModelsChange, ANewTtlCountsFromTheLastUse) {
  serving(1, "a", 1);
  finish(1);
  now = at(10);
  ModelOptions options = model("a");
  options.ttl = seconds(30);
  EXPECT_THAT(change({options}), ElementsAre(ArmTimer{{1}, at(30)}));
  options.ttl = seconds(0);
  EXPECT_THAT(change({options}), ElementsAre(CancelTimer{{1}}));
}

TEST_F(ModelsChange, ALargerLimitLetsWaitersInAtOnce) {
  ModelOptions options = model("a");
  options.concurrency_limit = 1;
  make(options_for({options}));
  serving(1, "a", 1);
  EXPECT_THAT(arrive(2, "a"), IsEmpty());
  options.concurrency_limit = 2;
  EXPECT_THAT(change({options}), ElementsAre(granted(2, "a", 1)));
}

TEST_F(ModelsChange, OfWhatMayNoLongerBeTogetherTheLeastRecentlyUsedGoes) {
  have_a_then_A();
  EXPECT_THAT(change({model("a"), model("A")}), ElementsAre(stopped("a", 1, kChanged)));
  EXPECT_THAT(exited("a", 1), IsEmpty()) << "it does not come again by itself";
}

TEST_F(ModelsChange, ABusyOneThatMustGoFinishesFirst) {
  make(options_for({model("a"), model("A")}), std::make_unique<CasePolicy>());
  serving(1, "a", 1);
  now = at(1);
  serving(2, "A", 2);
  EXPECT_THAT(change({model("a"), model("A")}), IsEmpty());
  EXPECT_TRUE(view("a").draining != view("A").draining);
}

TEST_F(ModelsChange, AModelThatIsLentOutIsTakenBackToBeRenewed) {
  Options options = options_for({model("a")});
  options.gates = true;
  make(options);
  arrive(1, "a");
  ready("a", 1);
  finish(1);
  EXPECT_THAT(change({model("a", "new")}), ElementsAre(CloseGate{ModelId("a"), gen(1)}));
  EXPECT_THAT(on(GateClosed{ModelId("a"), gen(1), at(0)}), ElementsAre(stopped("a", 1, kChanged)));
}

TEST_F(ModelsChange, NoTtlAnyMoreIsNoEndOfWhatIsLentOut) {
  Options options = options_for({model("a")});
  options.gates = true;
  options.models[0].ttl = seconds(60);
  make(options);
  arrive(1, "a");
  ready("a", 1);
  finish(1);
  options.models[0].ttl = seconds(0);
  EXPECT_THAT(change(options.models), ElementsAre(CancelTimer{{1}}));
  options.models[0].ttl = seconds(5);
  EXPECT_THAT(change(options.models), ElementsAre(ArmTimer{{2}, at(5)}))
      << "not when the old one would have fired";
}

TEST_F(ModelsChange, WhoCameThroughTheGateCountsUnderANewLimit) {
  Options options = options_for({model("a")});
  options.gates = true;
  make(options);
  arrive(1, "a");
  ready("a", 1);
  finish(1);
  options.models[0].concurrency_limit = 1;
  EXPECT_THAT(change(options.models), ElementsAre(CloseGate{ModelId("a"), gen(1)}));
  on(GateInUse{ModelId("a"), gen(1)});
  EXPECT_THAT(arrive(2, "a"), IsEmpty());
  EXPECT_THAT(on(GateClosed{ModelId("a"), gen(1), at(0)}), ElementsAre(granted(2, "a", 1)));
}

TEST_F(ModelsChange, WhatComesBackForAnotherLaunchTakesNobodysPlace) {
  have_a_then_A();
  EXPECT_THAT(change({model("a", "new"), model("A", "new")}),
              ElementsAre(stopped("a", 1, kChanged), stopped("A", 2, kChanged)));
  EXPECT_THAT(exited("a", 1), IsEmpty()) << "only the one used last comes back";
  EXPECT_THAT(exited("A", 2), ElementsAre(started("A", 3, "restart")));
}

TEST_F(ModelsChange, DuringAShutdownNothingChanges) {
  serving(1, "a", 1);
  on(ShutdownRequested{op(9)});
  EXPECT_THAT(change({model("b")}), IsEmpty());
  EXPECT_THAT(finish(1), ElementsAre(stopped("a", 1, "shutdown")));
}

}  // namespace
}  // namespace paddock::scheduler
