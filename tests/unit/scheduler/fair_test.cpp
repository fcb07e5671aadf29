// Who is let in, who waits and for how long: patience, priorities, residency.
#include "tests/unit/scheduler/fair.h"

namespace paddock::scheduler {
namespace {

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
  // b has waited for a from the start, c from `then` on.
  Effects after_a_when_c_comes(TimePoint then) {
    serving(1, "a", 1);
    arrive(2, "b");
    now = then;
    arrive(3, "c");
    finish(1);
    return exited("a", 1);
  }
};

TEST_F(Priorities, GoFirstAmongThoseWhoCanWait) {
  EXPECT_EQ(after_a_when_c_comes(at(29)), Effects({started("c", 2)}));
}

TEST_F(Priorities, EndWhereSomebodyIsOverdue) {
  EXPECT_EQ(after_a_when_c_comes(at(30)), Effects({started("b", 2)}));
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

}  // namespace
}  // namespace paddock::scheduler
