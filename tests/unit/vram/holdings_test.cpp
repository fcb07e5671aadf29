// Events and readings against releases, with the clock in the test's hand. Sizes are in MiB.
#include "holdings.h"

#include <gmock/gmock.h>

namespace paddock::vram {

void PrintTo(const Release& release, std::ostream* out) {
  *out << "gen " << release.generation << (release.in_time ? " back after " : " given up after ")
       << std::chrono::duration_cast<std::chrono::milliseconds>(release.gap).count() << " ms";
  for (const Share& share : release.missing) *out << ", " << share.bytes << " of " << share.card;
}

namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kMiB = 1 << 20;

Release back(std::uint64_t generation, int gap_ms) { return {{generation}, true, milliseconds(gap_ms), {}}; }
Share share(const std::string& card, std::uint64_t mib) { return {card, mib * kMiB}; }

class HoldingsTest : public ::testing::Test {
 protected:
  // One reading, right now.
  Releases read(std::vector<std::uint64_t> used) {
    gpu::Reading reading{now, now, {}, {}};
    for (const std::uint64_t mib : used) {
      gpu::Device device;
      device.index = static_cast<int>(reading.devices.size());
      device.total = 100'000 * kMiB;
      device.used = mib * kMiB;
      reading.devices.push_back(device);
    }
    return holdings.take(reading);
  }
  void pass(int ms) { now += milliseconds(ms); }

  // A launch that is ready, with these readings before and after.
  void serving(std::uint64_t generation, std::vector<std::uint64_t> before,
               std::vector<std::uint64_t> after) {
    holdings.started({generation}, now);
    read(std::move(before));
    pass(3000);
    holdings.ready({generation}, now);
    read(std::move(after));
    pass(1000);
  }
  void stopped(std::uint64_t generation, std::vector<std::uint64_t> used) {
    holdings.stop_ordered({generation}, now);
    read(std::move(used));
    pass(10);
  }
  bool exited(std::uint64_t generation) { return holdings.exited({generation}, now); }

  TimePoint now{std::chrono::hours(1)};
  Holdings holdings{std::chrono::seconds(5)};
};

TEST_F(HoldingsTest, MemoryThatLingersIsAwaited) {
  serving(1, {1000}, {10'000});
  EXPECT_THAT(holdings.at_start({1}), ElementsAre(share("GPU 0", 1000)));
  EXPECT_THAT(holdings.taken({1}), ElementsAre(share("GPU 0", 9000)));
  stopped(1, {10'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({10'000}), IsEmpty());
  pass(2000);
  EXPECT_THAT(read({10'000}), IsEmpty()) << "that it does not fall is no reason: what it took is known";
  EXPECT_THAT(read({5000}), IsEmpty());
  pass(1000);
  EXPECT_THAT(read({1500}), ElementsAre(back(1, 3000)))
      << "nine tenths of it, up to 512 MiB less, are enough";
}

TEST_F(HoldingsTest, MemoryThatIsFreeAlreadyIsNotAwaited) {
  serving(1, {1000}, {10'000});
  stopped(1, {10'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({1000}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, ACrashIsLikeAnEnd) {
  serving(1, {1000}, {10'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({1000}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, TheLimitEndsEveryWait) {
  serving(1, {1000, 200}, {10'000, 200});
  stopped(1, {10'000, 200});
  ASSERT_TRUE(exited(1));
  read({8000, 200});
  pass(4999);
  EXPECT_THAT(holdings.overdue(now), IsEmpty());
  pass(1);
  const Release given_up{{1}, false, std::chrono::seconds(5), {share("GPU 0", 7000)}};
  EXPECT_THAT(holdings.overdue(now), ElementsAre(given_up));
  EXPECT_THAT(holdings.overdue(now), IsEmpty()) << "once";
}

TEST_F(HoldingsTest, ASourceThatHangsIsAwaitedNoLonger) {
  serving(1, {1000}, {10'000});
  ASSERT_TRUE(exited(1));
  pass(5000);
  EXPECT_THAT(holdings.overdue(now), ElementsAre(Release{{1}, false, std::chrono::seconds(5), {}}));
}

TEST_F(HoldingsTest, NothingIsAwaitedWhereNothingWasTakenOrRead) {
  serving(1, {1000}, {1050});
  EXPECT_FALSE(exited(1)) << "that is no model on a card";
  holdings.started({2}, now);
  holdings.ready({2}, now);
  EXPECT_FALSE(exited(2)) << "nothing was read";
  EXPECT_FALSE(exited(7)) << "nobody knows it";
}

TEST_F(HoldingsTest, ZeroNeverWaits) {
  holdings = Holdings(Duration(0));
  serving(1, {1000}, {10'000});
  EXPECT_FALSE(exited(1));
}

TEST_F(HoldingsTest, AReadingThatComesLateTellsNothingOfTheStart) {
  holdings.started({1}, now);
  const TimePoint begun = now;
  pass(251);
  gpu::Reading late{begun, now, {{0, "", "", "", 9000 * kMiB, 5000 * kMiB}}, {}};
  holdings.take(late);
  EXPECT_THAT(holdings.at_start({1}), IsEmpty());
  EXPECT_FALSE(exited(1));
}

TEST_F(HoldingsTest, AReadingFromBeforeTheEndEndsNoWait) {
  serving(1, {1000}, {10'000});
  const TimePoint before = now;
  pass(10);
  ASSERT_TRUE(exited(1));
  gpu::Reading old{before, now, {{0, "", "", "", 99'000 * kMiB, 1000 * kMiB}}, {}};
  EXPECT_THAT(holdings.take(old), IsEmpty());
}

TEST_F(HoldingsTest, WhatIsLoadedWithTheFirstRequestCounts) {
  serving(1, {1000}, {1010});
  stopped(1, {8000});
  EXPECT_THAT(holdings.taken({1}), ElementsAre(share("GPU 0", 7000)));
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({8000}), IsEmpty());
  EXPECT_THAT(read({1000}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, ItsOwnHastyEndSpoilsNoNumbers) {
  serving(1, {1000}, {10'000});
  stopped(1, {3000});  // it was gone before the cards were read
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({1000}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, WhatNeighboursTookMeanwhileIsNotAwaited) {
  serving(1, {1000}, {10'000});
  serving(2, {10'000}, {20'000});
  EXPECT_THAT(holdings.taken({2}), ElementsAre(share("GPU 0", 10'000)));
  stopped(1, {22'000});  // they grew by 2000 with their requests
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({22'000}), IsEmpty());
  EXPECT_THAT(read({13'400}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, ThoseThatEndSideBySideAreAwaitedAsOne) {
  serving(1, {0}, {10'000});
  serving(2, {10'000}, {20'000});
  stopped(1, {20'000});
  stopped(2, {20'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({10'000}), ElementsAre(back(1, 0)));
  ASSERT_TRUE(exited(2));
  EXPECT_THAT(read({10'000}), IsEmpty()) << "that is what the first gave back";
  EXPECT_THAT(read({100}), ElementsAre(back(2, 0)));
}

TEST_F(HoldingsTest, BothOfTwoThatEndAtOnce) {
  serving(1, {0, 0}, {10'000, 0});
  serving(2, {10'000, 0}, {10'000, 8000});
  stopped(1, {10'000, 8000});
  stopped(2, {10'000, 8000});
  ASSERT_TRUE(exited(1));
  ASSERT_TRUE(exited(2));
  EXPECT_THAT(read({0, 8000}), IsEmpty());
  EXPECT_THAT(read({0, 0}), UnorderedElementsAre(back(1, 0), back(2, 0)));
}

TEST_F(HoldingsTest, AnotherCardsMemoryIsNotAwaited) {
  serving(1, {0, 500}, {10'000, 500});
  stopped(1, {10'000, 500});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({0, 9000}), ElementsAre(back(1, 0)));
}

// Two loads at once: nobody knows what took what.
TEST_F(HoldingsTest, WhereTheShareIsUnknownItIsBackWhenNothingFallsAnyMore) {
  holdings.started({1}, now);
  read({0});
  holdings.started({2}, now);
  read({0});
  pass(3000);
  holdings.ready({1}, now);
  holdings.ready({2}, now);
  read({20'000});
  EXPECT_THAT(holdings.taken({1}), IsEmpty());
  pass(1000);
  stopped(1, {20'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({19'000}), IsEmpty());
  pass(100);
  EXPECT_THAT(read({15'000}), IsEmpty()) << "it falls";
  pass(50);
  EXPECT_THAT(read({15'000}), IsEmpty()) << "not for long enough";
  pass(50);
  EXPECT_THAT(read({15'000}), ElementsAre(back(1, 200)));
}

TEST_F(HoldingsTest, AStartThatFailedIsBackWhenAsLittleIsUsedAsBefore) {
  holdings.started({1}, now);
  read({1000});
  pass(2000);
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({1060}), ElementsAre(back(1, 0)));
}

TEST_F(HoldingsTest, ALoadElsewhereHoldsNobodyUp) {
  serving(1, {0, 0}, {10'000, 0});
  holdings.started({2}, now);  // on the other card, for minutes
  read({10'000, 0});
  pass(1000);
  stopped(1, {10'000, 3000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(read({0, 4000}), ElementsAre(back(1, 0))) << "its own card is what counts";
}

TEST_F(HoldingsTest, AfterAWaitTheNextIsLearnedAnew) {
  serving(1, {1000}, {10'000});
  stopped(1, {10'000});
  ASSERT_TRUE(exited(1));
  read({1000});
  serving(2, {1000}, {6000});
  EXPECT_THAT(holdings.taken({2}), ElementsAre(share("GPU 0", 5000)));
  stopped(2, {6000});
  ASSERT_TRUE(exited(2));
  EXPECT_THAT(read({6000}), IsEmpty());
  EXPECT_THAT(read({1000}), ElementsAre(back(2, 0)));
}

TEST_F(HoldingsTest, CardsThatCannotBeReadAnyMoreAreNotAwaited) {
  serving(1, {1000}, {10'000});
  ASSERT_TRUE(exited(1));
  pass(50);
  EXPECT_THAT(holdings.take({now, now, {}, "Lost."}), ElementsAre(back(1, 50)));
}

TEST_F(HoldingsTest, AllAreReleasedAtAShutdown) {
  serving(1, {1000}, {10'000});
  ASSERT_TRUE(exited(1));
  EXPECT_THAT(holdings.release_all(now), ElementsAre(back(1, 0)));
  EXPECT_THAT(holdings.release_all(now), IsEmpty());
}

}  // namespace
}  // namespace paddock::vram
