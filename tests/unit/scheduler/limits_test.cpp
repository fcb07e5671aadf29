// How many are served at once and how many may wait for that.
#include "tests/unit/scheduler/fair.h"

namespace paddock::scheduler {
namespace {

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

}  // namespace
}  // namespace paddock::scheduler
