// Requests: who is served, who waits, who goes.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Requests = Driven;

TEST_F(Requests, StartTheirModelAndAreGrantedWhenItIsReady) {
  EXPECT_EQ(arrive(1, "a"), Effects({started("a", 1)}));
  EXPECT_EQ(view("a").state, State::kStarting);
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
  EXPECT_EQ(view("a").state, State::kReady);
  EXPECT_EQ(view("a").in_flight, 1);
}

TEST_F(Requests, ForAReadyModelAreGrantedAtOnce) {
  serving(1, "a", 1);
  EXPECT_EQ(arrive(2, "a"), Effects({granted(2, "a", 1)}));
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(arrive(3, "a"), Effects({granted(3, "a", 1)}));
  EXPECT_EQ(view("a").in_flight, 2);
}

TEST_F(Requests, JoinALoadInProgress) {
  arrive(1, "a");
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(arrive(3, "a"), Effects());
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1), granted(2, "a", 1), granted(3, "a", 1)}));
}

TEST_F(Requests, ForAnUnknownModelAreRejected) {
  EXPECT_EQ(arrive(1, "x"), Effects({rejected(1, "x", RejectReason::kUnknownModel)}));
}

TEST_F(Requests, ForAnotherModelStopTheIdleOneAndStartAfterItsExit) {
  serving(1, "b", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "a"), Effects({stopped("b", 1, "swap to a")}));
  EXPECT_EQ(exited("b", 1), Effects({started("a", 2)}));
  EXPECT_EQ(ready("a", 2), Effects({granted(2, "a", 2)}));
}

TEST_F(Requests, AreNeverCutByASwap) {
  serving(1, "a", 1);
  arrive(2, "a");
  EXPECT_EQ(arrive(3, "b"), Effects());
  EXPECT_THAT(notes, ::testing::ElementsAre("b waits for a (ready, 2 running)"));
  EXPECT_TRUE(view("a").draining);
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(finish(2), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Requests, OfTheRunningModelStandBehindAnotherModelsWaiter) {
  serving(1, "a", 1);
  arrive(2, "b");
  EXPECT_EQ(arrive(3, "a"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
  EXPECT_EQ(ready("b", 2), Effects({granted(2, "b", 2)}));
  EXPECT_EQ(finish(2), Effects({stopped("b", 2, "swap to a")}));
  EXPECT_EQ(exited("b", 2), Effects({started("a", 3)}));
  EXPECT_EQ(ready("a", 3), Effects({granted(3, "a", 3)}));
}

TEST_F(Requests, OfOneModelAreGrantedTogetherAlsoFromTheBackOfTheQueue) {
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "c");
  arrive(4, "b");
  finish(1);
  exited("a", 1);
  EXPECT_EQ(ready("b", 2), Effects({granted(2, "b", 2), granted(4, "b", 2)}));
  EXPECT_EQ(arrive(5, "b"), Effects());  // c has waited longer
  EXPECT_EQ(finish(2), Effects());
  EXPECT_EQ(finish(4), Effects({stopped("b", 2, "swap to c")}));
}

TEST_F(Requests, KeepTheModelTheyWaitedForUntilTheyWereServed) {
  arrive(1, "a");
  EXPECT_EQ(arrive(2, "b"), Effects());  // a is loading: it is not stopped for b
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
}

TEST_F(Requests, ForAModelThatIsStoppingStartItAgain) {
  serving(1, "a", 1);
  finish(1);
  unload(1, "a");
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("a", 2)}));
}

TEST_F(Requests, ThatLeaveTheQueueLeaveAtOnce) {
  arrive(1, "a");
  arrive(2, "a");
  EXPECT_EQ(cancel(1), Effects({rejected(1, "a", RejectReason::kCancelled)}));
  EXPECT_EQ(view("a").waiting, 1);
  EXPECT_EQ(ready("a", 1), Effects({granted(2, "a", 1)}));
}

TEST_F(Requests, ThatLeaveCallOffTheDrain) {
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "a");
  EXPECT_EQ(cancel(2), Effects({rejected(2, "b", RejectReason::kCancelled), granted(3, "a", 1)}));
  EXPECT_THAT(notes, ::testing::Contains("nobody waits for b any more"));
  EXPECT_FALSE(view("a").draining);
  EXPECT_EQ(arrive(4, "a"), Effects({granted(4, "a", 1)}));
}

TEST_F(Requests, ThatLeaveAfterTheStopWasOrderedChangeNothingForTheVictim) {
  serving(1, "a", 1);
  finish(1);
  arrive(2, "b");
  EXPECT_EQ(cancel(2), Effects({rejected(2, "b", RejectReason::kCancelled)}));
  EXPECT_EQ(exited("a", 1), Effects());  // and b is not started for nobody
}

TEST_F(Requests, ThatLeaveALoadLetItFinish) {
  arrive(1, "a");
  EXPECT_EQ(cancel(1), Effects({rejected(1, "a", RejectReason::kCancelled)}));
  EXPECT_EQ(ready("a", 1), Effects());
  EXPECT_EQ(view("a").state, State::kReady);
}

TEST_F(Requests, EndALoadThatNobodyWantsAnyMore) {
  arrive(1, "a");
  cancel(1);
  EXPECT_EQ(arrive(2, "b"), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

TEST_F(Requests, ThatWereGrantedCannotBeCancelled) {
  serving(1, "a", 1);
  EXPECT_EQ(cancel(1), Effects());
  EXPECT_EQ(view("a").in_flight, 1);
  finish(1);
  EXPECT_EQ(view("a").in_flight, 0);
  EXPECT_EQ(finish(1), Effects());  // once is enough
  EXPECT_EQ(view("a").in_flight, 0);
}

using Processes = Driven;

TEST_F(Processes, ThatFailToStartRejectAllWhoWait) {
  arrive(1, "a");
  arrive(2, "a");
  EXPECT_EQ(failed("a", 1), Effects({rejected(1, "a", RejectReason::kStartFailed, 1),
                                     rejected(2, "a", RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(exited("a", 1), Effects());
  EXPECT_EQ(arrive(3, "a"), Effects({started("a", 2)}));
}

TEST_F(Processes, ThatFailedHoldTheirPlaceUntilTheExit) {
  arrive(1, "a");
  failed("a", 1);
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(arrive(3, "b"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2)}));
}

TEST_F(Processes, ThatFailLetTheNextModelIn) {
  arrive(1, "a");
  arrive(2, "b");
  EXPECT_EQ(failed("a", 1), Effects({rejected(1, "a", RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(exited("a", 1), Effects({started("b", 2)}));
}

TEST_F(Processes, ThatVanishWhileStartingCountAsFailed) {
  arrive(1, "a");
  EXPECT_EQ(exited("a", 1), Effects({rejected(1, "a", RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(view("a").state, State::kStopped);
}

TEST_F(Processes, ThatCrashLeaveTheirRequestsToEndByThemselves) {
  serving(1, "a", 1);
  arrive(2, "a");
  EXPECT_EQ(exited("a", 1), Effects());
  EXPECT_EQ(view("a").state, State::kStopped);
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(arrive(3, "a"), Effects({started("a", 2)}));
  ready("a", 2);
  EXPECT_EQ(view("a").in_flight, 1);
  EXPECT_EQ(finish(2), Effects());  // of the first launch: not counted on the second
  EXPECT_EQ(view("a").in_flight, 1);
}

TEST_F(Processes, OfAnOlderLaunchAreIgnored) {
  serving(1, "a", 1);
  exited("a", 1);
  arrive(2, "a");
  EXPECT_EQ(ready("a", 1), Effects());
  EXPECT_EQ(failed("a", 1), Effects());
  EXPECT_EQ(exited("a", 1), Effects());
  EXPECT_EQ(view("a").state, State::kStarting);
  EXPECT_EQ(ready("a", 2), Effects({granted(2, "a", 2)}));
}

TEST_F(Processes, ThatBecomeReadyAfterTheirStopGrantNothing) {
  arrive(1, "a");
  unload(1, "a");
  arrive(2, "a");
  EXPECT_EQ(ready("a", 1), Effects());
  EXPECT_EQ(failed("a", 1), Effects());  // nor do they reject those who wait for the next launch
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("a", 2)}));
}

class Several : public Driven {
 protected:
  void SetUp() override {
    make(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}}),
         std::make_unique<CasePolicy>());
  }
};

TEST_F(Several, RunBesideEachOther) {
  serving(1, "a", 1);
  EXPECT_EQ(arrive(2, "A"), Effects({started("A", 2)}));
  EXPECT_EQ(ready("A", 2), Effects({granted(2, "A", 2)}));
  EXPECT_EQ(arrive(3, "b"), Effects());
  EXPECT_EQ(arrive(4, "A"), Effects({granted(4, "A", 2)}));  // b's wait is none of its business
  EXPECT_EQ(arrive(5, "a"), Effects());
  EXPECT_FALSE(view("A").draining);
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "swap to b")}));
  EXPECT_EQ(view("A").in_flight, 2);
}

TEST_F(Several, StartAtTheSameTime) {
  EXPECT_EQ(arrive(1, "a"), Effects({started("a", 1)}));
  EXPECT_EQ(arrive(2, "A"), Effects({started("A", 2)}));
  EXPECT_EQ(arrive(3, "B"), Effects());
  EXPECT_EQ(ready("A", 2), Effects({granted(2, "A", 2)}));
  EXPECT_EQ(ready("a", 1), Effects({granted(1, "a", 1)}));
}

class Ended : public Driven {
 protected:
  Effects ended(const char* model, std::uint64_t g, Backoff backoff = {}) {
    return on(ProcessEnded{ModelId(model), gen(g), backoff});
  }
};

TEST_F(Ended, ACrashThatHoldsItsMemoryServesNobodyAndKeepsItsPlace) {
  serving(1, "a", 1);
  EXPECT_THAT(ended("a", 1), IsEmpty());
  EXPECT_EQ(view("a").state, State::kStopping);
  EXPECT_THAT(arrive(2, "a"), IsEmpty());
  EXPECT_THAT(arrive(3, "b"), IsEmpty());
  EXPECT_THAT(finish(1), IsEmpty());
  EXPECT_THAT(exited("a", 1), ElementsAre(started("a", 2)));
}

TEST_F(Ended, ItCountsOnceForTheBrake) {
  const Backoff backoff{seconds(5), seconds(5)};
  for (std::uint64_t g = 1; g <= 2; ++g) {
    serving(g, "a", g);
    ended("a", g, backoff);
    on(ProcessExited{ModelId("a"), gen(g), "gone", backoff});
  }
  EXPECT_THAT(arrive(9, "a"),
              ElementsAre(Effect(
                  Reject{ticket(9), ModelId("a"), RejectReason::kCrashLoop, gen(2), {}, {2, seconds(5)}})));
}

TEST_F(Ended, AfterAnOrderToGoItSaysNothingNew) {
  serving(1, "a", 1);
  unload(7, "a", UnloadMode::kNow);
  EXPECT_THAT(ended("a", 1), IsEmpty());
  EXPECT_THAT(exited("a", 1), ElementsAre(done(7)));
}

}  // namespace
}  // namespace paddock::scheduler
