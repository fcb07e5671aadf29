#include <gmock/gmock.h>

#include <sstream>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

TEST(ExclusivePolicy, EvictsAllButTheTarget) {
  const ExclusivePolicy policy;
  const std::vector<ModelId> running{ModelId("a"), ModelId("b"), ModelId("c")};
  EXPECT_THAT(policy.evictions(ModelId("b"), running), ::testing::ElementsAre(ModelId("a"), ModelId("c")));
  EXPECT_THAT(policy.evictions(ModelId("x"), {}), ::testing::IsEmpty());
}

std::vector<ModelId> ids(const std::string& letters) {
  std::vector<ModelId> out;
  for (const char letter : letters) out.push_back(ModelId(std::string(1, letter)));
  return out;
}

// Two chat models that swap, two small ones that do not, and one that stays.
GroupPolicy home() {
  GroupPolicy::Group chat, small, stays;
  chat.members = ids("ab");
  small.swap = small.exclusive = false;
  small.members = ids("xy");
  stays.persistent = true;
  stays.exclusive = false;
  stays.members = ids("p");
  return GroupPolicy({chat, small, stays});
}

TEST(GroupPolicy, SwapsInsideAndClearsOutside) {
  EXPECT_EQ(home().evictions(ModelId("a"), ids("bxyp")), ids("bxy")) << "the persistent one stays";
  EXPECT_EQ(home().evictions(ModelId("a"), ids("ap")), ids(""));
}

TEST(GroupPolicy, NotExclusiveStopsNobodyOutside) {
  EXPECT_EQ(home().evictions(ModelId("x"), ids("abyp")), ids(""));
}

TEST(GroupPolicy, PersistentProtectsOnlyAgainstOtherGroups) {
  GroupPolicy::Group stays;
  stays.persistent = true;
  stays.members = ids("pq");
  EXPECT_EQ(GroupPolicy({stays}).evictions(ModelId("p"), ids("q")), ids("q"));
}

TEST(MatrixPolicy, TheHomeSetup) {
  const auto home = matrix_of("i & g", "qgi");
  EXPECT_EQ(home->evictions(ModelId("g"), ids("i")), ids("")) << "they share";
  EXPECT_EQ(home->evictions(ModelId("i"), ids("g")), ids(""));
  EXPECT_EQ(home->evictions(ModelId("q"), ids("gi")), ids("gi")) << "it is in no set";
  EXPECT_EQ(home->evictions(ModelId("g"), ids("q")), ids("q"));
  EXPECT_EQ(home->evictions(ModelId("g"), ids("ig")), ids("")) << "it runs";
}

TEST(MatrixPolicy, TheCheaperVictimGoes) {
  const char* const two_of_three = "a & b | b & c | c & a";
  EXPECT_EQ(matrix_of(two_of_three, "abc", {1, 2, 1})->evictions(ModelId("a"), ids("cb")), ids("c"));
  EXPECT_EQ(matrix_of(two_of_three, "abc", {1, 1, 2})->evictions(ModelId("a"), ids("bc")), ids("b"));
}

TEST(MatrixPolicy, OfEqualVictimsTheLeastRecentlyUsedGoes) {
  EXPECT_EQ(matrix_of("a & b | a & c", "abc")->evictions(ModelId("a"), ids("cb")), ids("b"));
  EXPECT_EQ(matrix_of("a & b | a & c", "abc")->evictions(ModelId("a"), ids("bc")), ids("c"));
}

std::string text(const Effect& effect) {
  std::ostringstream out;
  out << effect;
  return out.str();
}

TEST(Printing, NamesWhatMatters) {
  EXPECT_EQ(text(StopProcess{ModelId("b"), {3}, std::chrono::milliseconds(1500), "swap to a"}),
            "StopProcess(b, gen 3, 1500ms, swap to a)");
  EXPECT_EQ(text(Reject{{7}, ModelId("a"), RejectReason::kStartFailed, {2}}),
            "Reject(7, a, start failed, gen 2)");
  EXPECT_EQ(text(OperationDone{{1}, std::nullopt, {}}), "OperationDone(op 1)");
  std::ostringstream out;
  out << Event(UnloadRequested{{4}, {ModelId("a"), ModelId("b")}, UnloadMode::kNow});
  EXPECT_EQ(out.str(), "UnloadRequested(op 4, [a b], now)");
}

}  // namespace
}  // namespace paddock::scheduler
