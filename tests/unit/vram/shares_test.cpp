// What launches hold, as far as readings tell.
#include "shares.h"

#include <gmock/gmock.h>

namespace paddock::vram {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Processes = std::optional<std::vector<gpu::Process>>;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr pid_t kKeeper = 50, kLeader = 51;

class SharesTest : public ::testing::Test {
 protected:
  // One card; a second one that is always empty shows that cards are told apart.
  void read(std::uint64_t mib, Processes processes = {}) {
    gpu::Device card, other;
    card.uuid = "GPU-1";
    card.total = other.total = 16000 * kMiB;
    card.used = mib * kMiB;
    card.processes = std::move(processes);
    other.uuid = "GPU-2";
    other.index = 1;
    shares.take({now, now, {card, other}, {}});
    now += 10ms;
  }
  void start(const char* model, std::uint64_t generation, pid_t leader = kLeader, pid_t keeper = kKeeper) {
    shares.started(ModelId(model), {generation}, now);
    shares.spawned({generation}, leader, keeper);
  }
  void ready(std::uint64_t generation) { shares.ready({generation}, now += 10ms); }
  std::vector<Holder> holders() { return shares.cards().at(0).models; }
  static Holder held(const char* model, std::uint64_t generation, std::uint64_t mib, bool estimated) {
    return {ModelId(model), {generation}, mib * kMiB, estimated};
  }
  static gpu::Process process(pid_t pid, std::uint64_t mib, std::vector<pid_t> lineage) {
    return {pid, mib * kMiB, "p" + std::to_string(pid), std::move(lineage)};
  }

  TimePoint now{1h};
  Shares shares;
};

TEST_F(SharesTest, TheDriversFiguresOfItsProcessesAreTheLaunchs) {
  start("a", 1);
  read(300, Processes{{process(9, 300, {9, 1})}});
  ready(1);
  const auto leader = process(kLeader, 4000, {kLeader, kKeeper, 2, 1});
  const auto orphan = process(77, 500, {77, kKeeper, 2, 1});  // its parent has gone, so the keeper has it
  const auto game = process(9, 300, {9, 1});
  read(4800, Processes{{game, leader, orphan}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 4500, false)));
  EXPECT_THAT(shares.cards().at(0).others, ElementsAre(game));
  EXPECT_EQ(shares.cards().at(0).free(), (16000 - 4800) * kMiB);
  EXPECT_THAT(shares.cards().at(1).models, IsEmpty());
  read(4800, Processes{{game, leader}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 4000, false))) << "as it is now";
  shares.exited({1});
  EXPECT_THAT(holders(), IsEmpty());
}

TEST_F(SharesTest, SeveralLaunchesAreToldApartByTheirTrees) {
  start("a", 1, 51, 50);
  start("b", 2, 61, 60);
  ready(1);
  ready(2);
  read(900, Processes{{process(51, 300, {51, 50, 2}), process(61, 600, {61, 60, 2})}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 300, false), held("b", 2, 600, false)));
}

TEST_F(SharesTest, WithoutProcessesTheDifferenceIsAnEstimate) {
  start("a", 1);
  read(1000);
  ready(1);
  read(9000);
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8000, true)));
  read(9500);
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8500, true))) << "some load with the first request";
  start("b", 2, 61, 60);
  read(12000);
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8500, true))) << "from now on it may be the other's";
  ready(2);
  read(13000);
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8500, true), held("b", 2, 1000, true)))
      << "alone in its own window";
}

TEST_F(SharesTest, NothingIsGuessedWhereTwoCameOrWentAtOnce) {
  start("a", 1);
  read(1000);
  start("b", 2, 61, 60);
  read(1000);
  ready(1);
  ready(2);
  read(9000);
  EXPECT_THAT(holders(), IsEmpty());
  start("c", 3, 71, 70);
  read(9000);
  shares.leaving({1});
  ready(3);
  read(9900);
  EXPECT_THAT(holders(), IsEmpty());
}

TEST_F(SharesTest, NothingIsGuessedWithoutALookAtTheStart) {
  start("a", 1);
  now += 1s;
  read(1000);
  ready(1);
  read(9000);
  EXPECT_THAT(holders(), IsEmpty());
}

TEST_F(SharesTest, WhatIsTooSmallIsNoShare) {
  start("a", 1);
  read(1000);
  ready(1);
  read(1063);
  EXPECT_THAT(holders(), IsEmpty());
}

// An engine in a container, or one whose number is of another pid namespace.
TEST_F(SharesTest, NewProcessesThatNobodyElseOwnsAreTakenForTheLaunchs) {
  const auto game = process(9, 1000, {9, 1});
  start("a", 1);
  read(1000, Processes{{game}});
  ready(1);
  const auto engine = process(4711, 8000, {});
  read(9000, Processes{{game, engine}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8000, true)));
  EXPECT_THAT(shares.cards().at(0).others, ElementsAre(game));
  const auto late = process(4712, 50, {4712, 1});
  read(9050, Processes{{game, engine, late}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8000, true)));
  EXPECT_THAT(shares.cards().at(0).others, ElementsAre(game, late)) << "who comes later is somebody else";
  read(1000, Processes{{game}});
  EXPECT_THAT(holders(), IsEmpty());
}

TEST_F(SharesTest, WhoseProcessesAreSeenAdoptsNone) {
  start("a", 1);
  read(0, Processes{std::vector<gpu::Process>()});
  ready(1);
  read(500, Processes{{process(kLeader, 300, {kLeader, kKeeper}), process(9, 200, {9, 1})}});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 300, false)));
  EXPECT_EQ(shares.cards().at(0).others.size(), 1u);
}

TEST_F(SharesTest, AFailedReadingChangesNothing) {
  start("a", 1);
  read(1000);
  ready(1);
  read(9000);
  shares.take({now, now, {}, "lost"});
  EXPECT_THAT(holders(), ElementsAre(held("a", 1, 8000, true)));
  shares.ready({99}, now);
  shares.leaving({99});
  shares.exited({99});
}

}  // namespace
}  // namespace paddock::vram
