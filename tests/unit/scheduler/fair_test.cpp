// Who is let in, who waits and for how long: patience, priorities, residency, limits.
#include <algorithm>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

// Timers are kept apart from the other effects: `wake` is the one that is armed.
class Fair : public Driven {
 protected:
  void SetUp() override { with(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}})); }
  void with(Options options) {
    options.max_wait = seconds(30);
    make(std::move(options));
  }

  Effects on(const Event& event) {
    Effects out;
    for (Effect& effect : Driven::on(event)) {
      if (const ArmTimer* timer = std::get_if<ArmTimer>(&effect)) {
        wake = *timer;
      } else if (std::get_if<CancelTimer>(&effect)) {
        wake = {};
      } else {
        out.push_back(std::move(effect));
      }
    }
    return out;
  }
  Effects arrive(std::uint64_t t, const char* model) { return on(RequestArrived{ticket(t), ModelId(model)}); }
  Effects finish(std::uint64_t t) { return on(RequestFinished{ticket(t)}); }
  Effects ready(const char* model, std::uint64_t g) { return on(ProcessReady{ModelId(model), gen(g)}); }
  Effects exited(const char* model, std::uint64_t g) { return on(ProcessExited{ModelId(model), gen(g), ""}); }
  // The timer fires when it is due.
  Effects fire() {
    now = wake.at;
    return on(TimerFired{std::exchange(wake, {}).timer});
  }
  void serving(std::uint64_t t, const char* model, std::uint64_t g) {
    arrive(t, model);
    ready(model, g);
  }

  ArmTimer wake;
};

TEST_F(Fair, RequestsForARunningModelAreLetInWhileOthersWait) {
  serving(1, "a", 1);
  EXPECT_EQ(arrive(2, "b"), Effects());
  EXPECT_EQ(wake.at, at(30));
  now = at(29);
  EXPECT_EQ(arrive(3, "a"), Effects({granted(3, "a", 1)}));
  EXPECT_FALSE(view("a").draining);
}

TEST_F(Fair, OnceSomebodyIsOverdueTheModelInTheWayDrainsAndGoes) {
  serving(1, "a", 1);
  arrive(2, "b");
  EXPECT_EQ(fire(), Effects());
  EXPECT_EQ(now, at(30));
  EXPECT_TRUE(view("a").draining);
  EXPECT_EQ(arrive(3, "a"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

TEST_F(Fair, NeedsNoTimerToKnowThatSomebodyIsOverdue) {
  serving(1, "a", 1);
  arrive(2, "b");
  now = at(30);  // the timer is late
  EXPECT_EQ(arrive(3, "a"), Effects());
}

TEST_F(Fair, AnIdleModelGoesAtOnce) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "b"), Effects({stopped("a", 1, "swap to b")}));
}

// a goes for b, and its own waiter is overdue before b is loaded.
TEST_F(Fair, WhoJoinedALoadIsServedWithItUnlessItCameAfterSomebodyWasOverdue) {
  serving(1, "a", 1);
  arrive(2, "b");
  fire();
  arrive(3, "a");  // at 30
  finish(1);
  exited("a", 1);
  now = at(59);
  arrive(4, "b");
  now = at(61);
  arrive(5, "b");
  EXPECT_EQ(ready("b", 2), Effects({granted(2, "b", 2), granted(4, "b", 2)}));
  EXPECT_TRUE(view("b").draining);
  finish(2);
  EXPECT_EQ(finish(4), Effects({stopped("b", 2, "swap to a")}));
}

// The one for whom room was made leaves: those who joined it have not waited as long as c's.
TEST_F(Fair, RoomGoesToTheOldestWhenTheOneItWasMadeForLeaves) {
  serving(1, "a", 1);
  arrive(2, "b");
  now = at(1);
  arrive(3, "c");
  now = at(40);
  arrive(4, "b");
  finish(1);
  cancel(2);
  EXPECT_EQ(exited("a", 1), Effects({started("c", 2)}));
}

// Restarted between the request and the load, a has an older waiter than A by the time A is ready.
TEST_F(Fair, ALoadServesTheOneItWasBegunForWhoeverIsOverdue) {
  GroupPolicy::Group pair{true, true, false, {ModelId("a"), ModelId("b")}};
  GroupPolicy::Group modest{true, false, false, {ModelId("A")}};
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}});
  options.max_wait = seconds(30);
  make(std::move(options), std::make_unique<GroupPolicy>(std::vector{pair, modest}));
  EXPECT_EQ(arrive(1, "a"), Effects({started("a", 1)}));
  now = at(35);
  EXPECT_EQ(arrive(2, "A"), Effects({started("A", 2)}));
  on(RestartRequested{op(1), ModelId("a")});
  EXPECT_EQ(ready("A", 2), Effects({granted(2, "A", 2)}));
}

// c waits only because it would stand in the way of b's claim; once it is overdue it goes before that.
TEST_F(Fair, WhoOnlyWaitsBehindAnotherIsWokenToo) {
  GroupPolicy::Group pair{true, true, false, {ModelId("a"), ModelId("b")}};
  GroupPolicy::Group modest{true, false, false, {ModelId("c")}};
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}});
  options.models[1].priority = 1;
  options.max_wait = seconds(30);
  make(std::move(options), std::make_unique<GroupPolicy>(std::vector{pair, modest}));
  serving(1, "a", 1);
  on(LoadRequested{op(1), ModelId("c")});
  ready("c", 2);
  unload(2, "c");
  now = at(1);
  arrive(2, "c");
  now = at(29);
  arrive(3, "b");
  EXPECT_EQ(exited("c", 2), Effects({done(2)}));
  EXPECT_EQ(fire(), Effects({started("c", 3)}));
  EXPECT_EQ(now, at(31));
}

TEST_F(Fair, OfTwoThatWaitTheOlderGoesFirst) {
  serving(1, "a", 1);
  arrive(2, "b");
  now = at(1);
  arrive(3, "c");
  finish(1);
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

struct Priorities : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}});
    options.models[2].priority = 1;
    with(std::move(options));
  }
};

TEST_F(Priorities, GoFirstAmongThoseWhoCanWait) {
  serving(1, "a", 1);
  arrive(2, "b");
  now = at(29);
  arrive(3, "c");
  finish(1);
  EXPECT_EQ(exited("a", 1), Effects({started("c", 2)}));
}

TEST_F(Priorities, EndWhereSomebodyIsOverdue) {
  serving(1, "a", 1);
  arrive(2, "b");
  now = at(30);
  arrive(3, "c");
  finish(1);
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

// Room is being made for b: who comes now, with whatever priority, does not make that worthless.
TEST_F(Priorities, DoNotTakeTheRoomThatIsBeingMade) {
  serving(1, "a", 1);
  arrive(2, "b");
  finish(1);
  arrive(3, "c");
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

struct Residency : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}});
    options.min_residency = seconds(20);
    with(std::move(options));
  }
};

TEST_F(Residency, AModelIsNotEvictedSoonerAfterItWasReady) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "b"), Effects());
  EXPECT_EQ(wake.at, at(20));
  now = at(5);
  EXPECT_EQ(arrive(3, "a"), Effects({granted(3, "a", 1)})) << "it is still there for others";
  EXPECT_EQ(finish(3), Effects());
  EXPECT_EQ(fire(), Effects({stopped("a", 1, "swap to b")}));
}

// Or the card would stand idle for the rest of the residency.
TEST_F(Residency, AModelThatMustStayServesOnAlthoughSomebodyIsOverdue) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}});
  options.min_residency = seconds(60);
  with(std::move(options));
  serving(1, "a", 1);
  arrive(2, "b");
  fire();
  EXPECT_EQ(now, at(30));
  EXPECT_EQ(arrive(3, "a"), Effects({granted(3, "a", 1)}));
  fire();
  EXPECT_EQ(now, at(60));
  EXPECT_EQ(arrive(4, "a"), Effects());
  finish(1);
  EXPECT_EQ(finish(3), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Residency, IsNotForgottenWhenSomethingElseHappensFirst) {
  serving(1, "a", 1);
  finish(1);
  arrive(2, "b");
  now = at(21);  // the timer is late
  arrive(3, "a");
  finish(3);
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

struct Limits : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}});
    options.models[0].concurrency_limit = 2;
    options.models[0].queue_limit = 2;
    options.gates = true;
    with(std::move(options));
  }
};

TEST_F(Limits, SoManyRunAndTheRestWaitsInOrder) {
  serving(1, "a", 1);
  EXPECT_EQ(arrive(2, "a"), Effects({granted(2, "a", 1)})) << "and it is never lent out";
  EXPECT_EQ(arrive(3, "a"), Effects());
  EXPECT_EQ(arrive(4, "a"), Effects());
  EXPECT_EQ(arrive(5, "a"), Effects({rejected(5, "a", RejectReason::kQueueFull)}));
  EXPECT_EQ(finish(1), Effects({granted(3, "a", 1)}));
  EXPECT_EQ(finish(3), Effects({granted(4, "a", 1)}));
  EXPECT_EQ(view("a").in_flight, 2);
  EXPECT_EQ(view("a").waiting, 0);
}

TEST_F(Limits, WaitingForALoadIsWaiting) {
  EXPECT_EQ(arrive(1, "a"), Effects({started("a", 1)}));
  arrive(2, "a");
  EXPECT_EQ(arrive(3, "a"), Effects({rejected(3, "a", RejectReason::kQueueFull)}));
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1), granted(2, "a", 1)}));
}

TEST_F(Limits, WhoWaitsForAPlaceGivesWayToWhoIsOverdue) {
  serving(1, "a", 1);
  arrive(2, "a");
  now = at(1);
  arrive(3, "b");
  now = at(2);
  arrive(4, "a");  // waits, later than the one for b
  EXPECT_EQ(fire(), Effects());
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(finish(2), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Limits, CancellingALoadThatIsNotIsNothing) {
  serving(1, "a", 1);
  arrive(2, "a");
  arrive(3, "a");
  EXPECT_EQ(on(LoadCancelled{op(1), ModelId("a")}), Effects({done(1)}));
  EXPECT_EQ(finish(1), Effects({granted(3, "a", 1)}));
}

TEST_F(Limits, WhoCameBeforeTheOverdueOneIsServedBeforeIt) {
  serving(1, "a", 1);
  arrive(2, "a");
  arrive(3, "a");
  now = at(1);
  arrive(4, "b");
  fire();
  EXPECT_EQ(finish(1), Effects({granted(3, "a", 1)}));
}

struct Pins : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}});
    options.models[0].pinned = true;
    options.max_wait = seconds(0);
    make(std::move(options), std::make_unique<CasePolicy>());
  }
  Reject pinned_out(std::uint64_t t, const char* model) {
    Reject out = rejected(t, model, RejectReason::kPinned);
    out.pins = {ModelId("a")};
    return out;
  }
};

TEST_F(Pins, AreNeverEvictedAndRefuseAtOnce) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "b"), Effects({pinned_out(2, "b")}));
  EXPECT_EQ(arrive(3, "A"), Effects({started("A", 2)})) << "it fits beside";
}

TEST_F(Pins, RefuseThoseWhoWaitWhenTheyAreLoaded) {
  serving(1, "b", 1);
  arrive(2, "a");
  finish(1);
  arrive(3, "b");
  EXPECT_EQ(exited("b", 1), Effects({started("a", 2), pinned_out(3, "b")}));
}

TEST_F(Pins, GoWhenAPersonUnloadsThem) {
  serving(1, "a", 1);
  unload(1, "a");
  EXPECT_EQ(arrive(2, "b"), Effects()) << "it is leaving";
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("b", 2)}));
}

// Its place stays its own, whatever comes.
TEST_F(Pins, HoldTheirPlaceThroughARestart) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}});
  options.models[0].pinned = true;
  options.models[1].priority = 1;
  with(std::move(options));
  serving(1, "a", 1);
  on(RestartRequested{op(1), ModelId("a")});
  EXPECT_EQ(arrive(2, "b"), Effects({pinned_out(2, "b")}));
  finish(1);
  arrive(3, "b");
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart"), pinned_out(3, "b")}));
}

// However many wait: who can never be served hears it, and nothing is held for it.
TEST_F(Pins, AreHonouredBehindAnyNumberOfClaims) {
  std::vector<ModelOptions> models;
  GroupPolicy::Group many{true, false, false, {}};
  for (int i = 0; i < 40; ++i) many.members.push_back(ModelId("m" + std::to_string(i)));
  for (const ModelId& id : many.members) models.push_back({id});
  models.push_back({ModelId("a")});
  models.back().pinned = true;
  models.push_back({ModelId("q")});
  GroupPolicy::Group two{true, false, false, {ModelId("a"), ModelId("q")}};
  make(options_for(std::move(models)), std::make_unique<GroupPolicy>(std::vector{many, two}));
  serving(1, "m0", 1);
  serving(2, "a", 2);
  for (std::uint64_t i = 1; i < 40; ++i) arrive(100 + i, ("m" + std::to_string(i)).c_str());
  EXPECT_EQ(arrive(50, "q"), Effects({pinned_out(50, "q")}));
  EXPECT_EQ(arrive(51, "a"), Effects({granted(51, "a", 2)}));
}

struct Leaving : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}});
    make(std::move(options), matrix_of("a & b | b & A | A & a", "abA"));
  }
};

TEST_F(Leaving, WhatIsUnloadedAnywayIsWaitedForInsteadOfEvictingAnother) {
  serving(1, "a", 1);
  serving(2, "b", 2);
  finish(2);
  unload(1, "a");  // when its request has ended
  EXPECT_EQ(arrive(3, "A"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("A", 3)}));
  EXPECT_EQ(view("b").state, State::kReady);
}

struct Frozen : Fair {
  Effects freeze() { return on(FreezeRequested{op(90)}); }
  Effects thaw() { return on(ThawRequested{op(91)}); }
};

TEST_F(Frozen, NothingIsLoadedForARequest) {
  serving(1, "a", 1);
  arrive(2, "b");
  EXPECT_EQ(freeze(), Effects({rejected(2, "b", RejectReason::kFrozen), done(90)}));
  EXPECT_EQ(arrive(3, "b"), Effects({rejected(3, "b", RejectReason::kFrozen)}));
  EXPECT_EQ(arrive(4, "a"), Effects({granted(4, "a", 1)}));
  EXPECT_EQ(thaw(), Effects({done(91)}));
  EXPECT_EQ(arrive(5, "b"), Effects());
  EXPECT_EQ(view("b").waiting, 1);
}

TEST_F(Frozen, WhatIsBeingLoadedComesAndPeopleMayLoad) {
  arrive(1, "a");
  freeze();
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
  finish(1);
  EXPECT_EQ(on(LoadRequested{op(1), ModelId("b")}), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2, "load")}));
}

TEST_F(Frozen, WhoWaitsForARestartedModelIsServed) {
  arrive(1, "a");
  freeze();
  on(RestartRequested{op(1), ModelId("a")});
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({granted(1, "a", 2), done(1)}));
}

TEST_F(Frozen, IdleModelsStayUntilTheThaw) {
  with(options_for({{ModelId("a"), seconds(10)}}));
  serving(1, "a", 1);
  finish(1);
  freeze();
  EXPECT_EQ(fire(), Effects());
  EXPECT_EQ(view("a").state, State::kReady);
  thaw();
  EXPECT_EQ(wake.at, at(20));
  EXPECT_EQ(fire(), Effects({stopped("a", 1, "idle")}));
}

TEST_F(Frozen, WhoWaitedForACrashedModelIsToldSo) {
  Options options = options_for({{ModelId("a")}});
  options.models[0].concurrency_limit = 1;
  with(std::move(options));
  serving(1, "a", 1);
  arrive(2, "a");
  freeze();
  EXPECT_EQ(exited("a", 1), Effects({rejected(2, "a", RejectReason::kFrozen)}));
}

}  // namespace
}  // namespace paddock::scheduler
