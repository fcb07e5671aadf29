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
