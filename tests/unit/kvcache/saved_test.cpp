#include "paddock/kvcache/saved.h"

#include <gmock/gmock.h>

namespace paddock::kvcache {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Fingerprint kOne(32, 'a'), kOther(32, 'b');
const WallTime kNow{std::chrono::hours(24 * 365)};

Saved saved(std::uint64_t tokens, std::uint64_t bytes, std::chrono::seconds ago,
            const Fingerprint& fingerprint = kOne) {
  return {"/d/m/" + std::to_string(tokens), {fingerprint, tokens, 7}, bytes, kNow - ago};
}

std::vector<std::uint64_t> tokens(const std::vector<Saved>& list) {
  std::vector<std::uint64_t> out;
  for (const Saved& one : list) out.push_back(one.name.tokens);
  return out;
}

TEST(SavedName, SaysAllAndIsReadBack) {
  const Name name{kOne, 131072, 1795516723123};
  EXPECT_EQ(file_name(name), "kv1-" + kOne + "-131072-1795516723123");
  EXPECT_EQ(parse_file_name(file_name(name)), name);
}

TEST(SavedName, IsNothingElse) {
  for (const std::string& text :
       {std::string(), std::string("kv1-"), "kv2-" + kOne + "-1-1", "kv1-" + kOne, "kv1-" + kOne + "-",
        "kv1-" + kOne + "-1", "kv1-" + kOne + "-1-", "kv1-" + kOne + "--1", "kv1-" + kOne + "-1-x",
        "kv1-" + kOne + "-99999999999999999999-1", "kv1-" + std::string(32, 'G') + "-1-1",
        "kv1-" + kOne + "1-1-1", std::string("part-1-1-0"), "kv1-" + kOne + "-1-1.tmp"}) {
    EXPECT_EQ(parse_file_name(text), std::nullopt) << text;
  }
}

TEST(ToRemove, TheOldOnesGo) {
  EXPECT_THAT(to_remove({saved(1, 10, 5s), saved(2, 10, 20s)}, {100, 10s}, 0, kNow), ElementsAre(1));
}

TEST(ToRemove, TheLeastRecentlyUsedMakeRoom) {
  const std::vector<Saved> list{saved(1, 40, 30s), saved(2, 40, 10s), saved(3, 40, 20s)};
  EXPECT_THAT(to_remove(list, {120, 1h}, 0, kNow), IsEmpty());
  EXPECT_THAT(to_remove(list, {120, 1h}, 1, kNow), ElementsAre(0));
  EXPECT_THAT(to_remove(list, {120, 1h}, 60, kNow), ElementsAre(0, 2));
  EXPECT_THAT(to_remove(list, {100, 1h}, 0, kNow), ElementsAre(0));
}

TEST(ToRemove, WhatIsOlderThanOneThatHasNoRoomGoesToo) {
  const std::vector<Saved> list{saved(1, 1, 30s), saved(2, 90, 20s), saved(3, 50, 10s)};
  EXPECT_THAT(to_remove(list, {100, 1h}, 0, kNow), ElementsAre(0, 1));
}

TEST(ToRemove, WhatNeverFitsTakesAll) {
  EXPECT_THAT(to_remove({saved(1, 1, 1s)}, {100, 1h}, 101, kNow), ElementsAre(0));
  EXPECT_THAT(to_remove({saved(1, 1, 1s)}, {0, 1h}, 0, kNow), ElementsAre(0));
}

TEST(ToRestore, TheLastUsedThatMeanTheSame) {
  const std::vector<Saved> list{saved(10, 1, 30s), saved(20, 1, 10s), saved(30, 1, 5s, kOther),
                                saved(40, 1, 20s), saved(50, 1, 2h),  saved(999, 1, 1s)};
  EXPECT_THAT(tokens(to_restore(list, kOne, 2, 500, 1h, kNow)), ElementsAre(20, 40));
  EXPECT_THAT(tokens(to_restore(list, kOne, 9, 500, 1h, kNow)), ElementsAre(20, 40, 10));
  EXPECT_THAT(tokens(to_restore(list, kOne, 0, 500, 1h, kNow)), IsEmpty());
}

}  // namespace
}  // namespace paddock::kvcache
