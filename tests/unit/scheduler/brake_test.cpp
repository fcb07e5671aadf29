// A model that ends badly, and again: who starts it, and when.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

constexpr Backoff kBackoff{seconds(2), seconds(10)};

struct Brake : Driven {
  Effects failed(const char* model, std::uint64_t g) {
    return on(ProcessFailed{ModelId(model), gen(g), "no such file", kBackoff});
  }
  Effects exited(const char* model, std::uint64_t g) {
    return on(ProcessExited{ModelId(model), gen(g), "exit code 1", kBackoff});
  }
  // A start that failed and is gone.
  void dies(const char* model, std::uint64_t g) {
    failed(model, g);
    exited(model, g);
  }
  // A request that starts it in vain.
  void try_in_vain(std::uint64_t t, std::uint64_t g) {
    ASSERT_EQ(arrive(t, "a"), Effects({started("a", g)})) << "ticket " << t;
    dies("a", g);
  }
  static Reject held(std::uint64_t t, std::uint64_t g, int failures, Duration left) {
    Reject out = rejected(t, "a", RejectReason::kCrashLoop, g);
    out.held = {failures, left};
    return out;
  }
  std::string plan() { return scheduler_->plan(ModelId("a"), {}, now)->reason; }
};

TEST_F(Brake, RequestsAreRejectedAtOnceUntilItsEnd) {
  arrive(1, "a");
  EXPECT_EQ(failed("a", 1), Effects({rejected(1, "a", RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(arrive(2, "a"), Effects({held(2, 1, 1, seconds(2))})) << "while its process still ends";
  EXPECT_EQ(exited("a", 1), Effects());
  now += seconds(1);
  EXPECT_EQ(arrive(3, "a"), Effects({held(3, 1, 1, seconds(1))}));
  now += seconds(1);
  EXPECT_EQ(arrive(4, "a"), Effects({started("a", 2)}));
}

TEST_F(Brake, AStartWhoseCauseIsDealtWithIsNoBadEnd) {
  const auto fails_for_once = [this](std::uint64_t g) {
    return on(ProcessFailed{ModelId("a"), gen(g), "address in use", kBackoff, true});
  };
  arrive(1, "a");
  arrive(2, "a");
  EXPECT_EQ(fails_for_once(1), Effects()) << "nobody is rejected";
  EXPECT_EQ(arrive(3, "b"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart")})) << "in its place, before b";
  ready("a", 2);
  EXPECT_EQ(scheduler_->plan(ModelId("a"), {}, now)->reason.find("failed"), std::string::npos);
}

TEST_F(Brake, NobodyWaitsForAStartWhoseCauseIsDealtWith) {
  arrive(1, "a");
  on(RequestCancelled{{1}});
  on(ProcessFailed{ModelId("a"), gen(1), "address in use", kBackoff, true});
  EXPECT_EQ(exited("a", 1), Effects());
  EXPECT_EQ(arrive(2, "a"), Effects({started("a", 2)})) << "at once";
}

TEST_F(Brake, GrowsUpToItsMost) {
  std::uint64_t launch = 0;
  for (const int wait : {2, 4, 8, 10, 10}) {
    ++launch;
    try_in_vain(2 * launch, launch);
    EXPECT_EQ(arrive(2 * launch + 1, "a"),
              Effects({held(2 * launch + 1, launch, static_cast<int>(launch), seconds(wait))}));
    now += seconds(wait);
  }
}

TEST_F(Brake, OneAndTwentyRequestsAtOnceAreOneStart) {
  int starts = 0;
  for (std::uint64_t t = 1; t <= 21; ++t) {
    for (const Effect& effect : arrive(t, "a")) {
      const auto* start = std::get_if<StartProcess>(&effect);
      if (start && ++starts) dies("a", start->generation.value);
    }
    now += std::chrono::milliseconds(5);
  }
  EXPECT_EQ(starts, 1);
}

TEST_F(Brake, OfOneModelHoldsNoOther) {
  try_in_vain(1, 1);
  EXPECT_EQ(arrive(2, "b"), Effects({started("b", 2)}));
}

TEST_F(Brake, ALoadTriesNowAndBeginsANewRow) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(load(i, "a"), Effects({started("a", i, "load")}));
    EXPECT_EQ(failed("a", i), Effects({done(i, RejectReason::kStartFailed, i)}));
    exited("a", i);
  }
  EXPECT_EQ(arrive(4, "a"), Effects({held(4, 3, 1, seconds(2))}));
}

TEST_F(Brake, ALoadWhileTheDeadOneEndsLetsRequestsJoinIt) {
  arrive(1, "a");
  failed("a", 1);
  EXPECT_EQ(load(1, "a"), Effects());
  EXPECT_EQ(arrive(2, "a"), Effects());
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "load")}));
  EXPECT_EQ(ready("a", 2), Effects({done(1), granted(2, "a", 2)}));
}

TEST_F(Brake, ARestartTriesNow) {
  try_in_vain(1, 1);
  EXPECT_EQ(restart(1, "a"), Effects({started("a", 2, "restart")}));
}

TEST_F(Brake, ARestartUnderWayIsNotHeldByACrash) {
  for (std::uint64_t g = 1; g <= 2; ++g) {
    serving(g, "a", g);
    if (g == 2) restart(1, "a");
    exited("a", g);
  }
  EXPECT_EQ(view("a").state, State::kStarting);
}

TEST_F(Brake, TheFirstCrashIsForgivenTheSecondIsNot) {
  serving(1, "a", 1);
  EXPECT_EQ(exited("a", 1), Effects());
  serving(2, "a", 2);
  exited("a", 2);
  EXPECT_EQ(arrive(3, "a"), Effects({held(3, 2, 2, seconds(4))}));
}

TEST_F(Brake, ThoseWhoWaitWhenItBeginsAreRejected) {
  Options options = options_for({{ModelId("a")}});
  options.models[0].concurrency_limit = 1;
  make(std::move(options));
  serving(1, "a", 1);
  arrive(2, "a");
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2)})) << "forgiven";
  EXPECT_EQ(ready("a", 2), Effects({granted(2, "a", 2)}));
  arrive(3, "a");
  EXPECT_EQ(exited("a", 2), Effects({held(3, 2, 2, seconds(4))}));
}

TEST_F(Brake, ACrashAfterAMinuteBeginsANewRow) {
  try_in_vain(1, 1);
  now = at(10);
  serving(2, "a", 2);
  now += kSettled;
  exited("a", 2);
  try_in_vain(3, 3);
  EXPECT_EQ(arrive(4, "a"), Effects({held(4, 3, 1, seconds(2))}));
}

TEST_F(Brake, ACrashOfOneThatHasServedBeginsANewRow) {
  for (std::uint64_t g = 1; g <= 5; ++g) {
    serving(g, "a", g);
    on(ProcessExited{ModelId("a"), gen(g), "signal 9", {}});
  }
  EXPECT_EQ(arrive(6, "a"), Effects({started("a", 6)}));
}

TEST_F(Brake, AStopByOrderBeginsANewRow) {
  try_in_vain(1, 1);
  now = at(10);
  serving(2, "a", 2);
  finish(2);
  unload(1, "a");
  exited("a", 2);
  try_in_vain(3, 3);
  EXPECT_EQ(arrive(4, "a"), Effects({held(4, 3, 1, seconds(2))}));
}

TEST_F(Brake, TheEndOfALoadThatWasCancelledDoesNotCount) {
  arrive(1, "a");
  cancel_load(1, "a");
  exited("a", 1);
  EXPECT_EQ(arrive(2, "a"), Effects({started("a", 2)}));
}

TEST_F(Brake, AnEndWithoutAnnouncementIsAFailedStart) {
  arrive(1, "a");
  EXPECT_EQ(exited("a", 1), Effects({rejected(1, "a", RejectReason::kStartFailed, 1)}));
  EXPECT_EQ(arrive(2, "a"), Effects({held(2, 1, 1, seconds(2))}));
}

TEST_F(Brake, PlansSayThatItHolds) {
  try_in_vain(1, 1);
  EXPECT_EQ(scheduler_->plan(ModelId("a"), {}, now)->action, Action::kRefuse);
  EXPECT_EQ(plan(), "a failed and is not started for a request in the next 2 s");
  now += seconds(2);
  EXPECT_EQ(plan(), "nothing must go for a");
  try_in_vain(2, 2);
  now += std::chrono::milliseconds(1);
  EXPECT_EQ(plan(), "a failed 2 times in a row and is not started for a request in the next 4 s");
  EXPECT_EQ(scheduler_->plan_beside(ModelId("a"), {})->action, Action::kLoad) << "as if nothing had been";
}

}  // namespace
}  // namespace paddock::scheduler
