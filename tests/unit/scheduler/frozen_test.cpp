// Between a freeze and the thaw nothing is loaded for a request and nothing goes because it is idle.
#include "tests/unit/scheduler/fair.h"

namespace paddock::scheduler {
namespace {

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
  EXPECT_EQ(view("a").stays_until, at(20)) << "and not the end of the last work, ten seconds later";
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
