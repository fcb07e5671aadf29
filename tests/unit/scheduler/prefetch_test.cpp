// What may be read ahead: whose start is next, while others still have its place.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SchedulerPrefetch : public Driven {
 protected:
  static Prefetch prefetch(const char* model) { return {ModelId(model)}; }
  static EndPrefetch end(const char* model) { return {ModelId(model)}; }
  Effects said() { return std::exchange(advice, {}); }
};

TEST_F(SchedulerPrefetch, BeginsWhileTheModelInTheWayIsBusyAndEndsWithTheStart) {
  serving(1, "a", 1);
  EXPECT_THAT(said(), IsEmpty()) << "nothing is in its way: it is being loaded";
  arrive(2, "b");
  EXPECT_THAT(said(), ElementsAre(prefetch("b")));
  arrive(3, "b");
  EXPECT_THAT(said(), IsEmpty()) << "once for each claim";
  EXPECT_THAT(finish(1), ElementsAre(stopped("a", 1, "swap to b")));
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_THAT(exited("a", 1), ElementsAre(started("b", 2)));
  EXPECT_THAT(said(), ElementsAre(end("b")));
}

TEST_F(SchedulerPrefetch, BeginsWithTheStopOfAnIdleModel) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_THAT(arrive(2, "b"), ::testing::Contains(stopped("a", 1, "swap to b")));
  EXPECT_THAT(said(), ElementsAre(prefetch("b")));
}

TEST_F(SchedulerPrefetch, EndsWhenNobodyWaitsAnyMore) {
  serving(1, "a", 1);
  arrive(2, "b");
  said();
  cancel(2);
  EXPECT_THAT(said(), ElementsAre(end("b")));
  arrive(3, "b");
  EXPECT_THAT(said(), ElementsAre(prefetch("b"))) << "that is a new claim";
}

TEST_F(SchedulerPrefetch, OnlyWhoIsNextIsReadAndOnlyWhileNothingLoads) {
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "c");
  EXPECT_THAT(said(), ElementsAre(prefetch("b"))) << "c waits for b's turn";
  finish(1);
  exited("a", 1);
  EXPECT_THAT(said(), ElementsAre(end("b"))) << "b needs the disk now";
  ready("b", 2);
  EXPECT_THAT(said(), ElementsAre(prefetch("c")));
}

TEST_F(SchedulerPrefetch, WhoMustWaitForItsOwnEndHasReadAlready) {
  serving(1, "a", 1);
  restart(1, "a");
  finish(1);
  exited("a", 1);
  EXPECT_THAT(said(), IsEmpty());
}

}  // namespace
}  // namespace paddock::scheduler
