// A launch that lives and serves no more: it is cut and comes again in its place.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

constexpr Backoff kBackoff{seconds(2), seconds(10)};

struct Broken : Driven {
  Effects broken(std::uint64_t o, const char* model, std::uint64_t g, Backoff backoff = {}) {
    return on(ProcessBroken{op(o), ModelId(model), gen(g), "stalled", backoff});
  }
};

TEST_F(Broken, ItIsCutStoppedAndLoadedAgain) {
  serving(1, "a", 1);
  EXPECT_EQ(broken(1, "a", 1), Effects({revoked("a", 1), stopped("a", 1, "stalled")}));
  EXPECT_EQ(arrive(2, "a"), Effects()) << "gets the next launch";
  EXPECT_EQ(finish(1), Effects());
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({done(1), granted(2, "a", 2)}));
}

TEST_F(Broken, NobodyTakesItsPlaceMeanwhile) {
  serving(1, "a", 1);
  broken(1, "a", 1);
  EXPECT_EQ(arrive(2, "b"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
}

TEST_F(Broken, AnOlderLaunchIsNoneAndNeitherIsOneThatStarts) {
  serving(1, "a", 1);
  finish(1);
  exited("a", 1);
  EXPECT_EQ(broken(1, "a", 1), Effects({done(1)}));
  arrive(2, "a");
  EXPECT_EQ(broken(2, "a", 2), Effects({done(2)}));
}

TEST_F(Broken, TwiceIsOnce) {
  serving(1, "a", 1);
  broken(1, "a", 1);
  EXPECT_EQ(broken(2, "a", 1), Effects({done(2)}));
}

TEST_F(Broken, WhoWasToGoGoesAtOnceAndStaysAway) {
  serving(1, "a", 1);
  unload(1, "a");
  EXPECT_EQ(broken(2, "a", 1),
            Effects({revoked("a", 1), stopped("a", 1, "stalled"), done(2, RejectReason::kUnloaded)}));
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Broken, AShutdownDoesNotBringItBack) {
  serving(1, "a", 1);
  on(ShutdownRequested{op(1)});
  EXPECT_EQ(broken(2, "a", 1),
            Effects({revoked("a", 1), stopped("a", 1, "stalled"), done(2, RejectReason::kShuttingDown)}));
  EXPECT_EQ(exited("a", 1), Effects({done(1)}));
}

TEST_F(Broken, ARestartThatWaitsForItIsServedToo) {
  serving(1, "a", 1);
  restart(1, "a");
  EXPECT_EQ(broken(2, "a", 1), Effects({revoked("a", 1), stopped("a", 1, "stalled")}));
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
  EXPECT_EQ(ready("a", 2), Effects({done(1), done(2)}));
}

TEST_F(Broken, TheFirstIsForgivenTheSecondInARowIsHeld) {
  serving(1, "a", 1);
  broken(1, "a", 1, kBackoff);
  exited("a", 1);
  ready("a", 2);
  Effects expected{stopped("a", 2, "stalled"), done(2, RejectReason::kCrashLoop, 2)};
  EXPECT_EQ(broken(2, "a", 2, kBackoff), expected);
  EXPECT_EQ(exited("a", 2), Effects()) << "it is left alone";
  Reject held = rejected(3, "a", RejectReason::kCrashLoop, 2);
  held.held = {2, seconds(4)};
  EXPECT_EQ(arrive(3, "a"), Effects({held}));
}

TEST_F(Broken, OneThatHasServedOrIsSettledIsNoCrashLoop) {
  std::uint64_t g = 1;
  serving(1, "a", g);
  for (const Backoff backoff : {Backoff{}, Backoff{}, kBackoff, kBackoff}) {
    if (backoff != Backoff{}) now += kSettled;
    EXPECT_EQ(std::get<StopProcess>(broken(g, "a", g, backoff).back()).reason, "stalled");
    EXPECT_EQ(exited("a", g), Effects({started("a", g + 1, "restart")}));
    ready("a", ++g);
  }
}

TEST_F(Broken, FrozenItComesAgainAllTheSame) {
  serving(1, "a", 1);
  on(FreezeRequested{op(9)});
  broken(1, "a", 1);
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")}));
}

}  // namespace
}  // namespace paddock::scheduler
