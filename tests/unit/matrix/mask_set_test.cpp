#include "mask_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace paddock::matrix {
namespace {

using Masks = std::set<std::uint32_t>;

Masks listed(const MaskSet& set) {
  Masks out;
  set.each([&out](std::uint32_t mask) { out.insert(mask); });
  return out;
}

MaskSet of(int bits, const Masks& masks) {
  MaskSet out(bits);
  for (const std::uint32_t mask : masks) out.insert(mask);
  return out;
}

TEST(MaskSetTest, OfNoBitsHoldsTheEmptyMask) {
  MaskSet set(0);
  EXPECT_EQ(listed(set), Masks());
  set.insert(0);
  set.keep_maximal();
  EXPECT_EQ(listed(set), Masks({0}));
}

TEST(MaskSetTest, JoinsAndKeepsWhatIsNoPart) {
  MaskSet set(8);
  set.insert_joined(of(8, {0, 1, 0x40}), 0x82);
  EXPECT_EQ(listed(set), Masks({0x82, 0x83, 0xc2}));
  set.keep_maximal();
  EXPECT_EQ(listed(set), Masks({0x83, 0xc2}));
}

// Beside the plain way, with bits inside a word and beyond it.
TEST(MaskSetTest, DoesWhatSetsDo) {
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    const int bits = round % 10;
    const auto some = [&] {
      Masks out;
      for (int i = 0; i < 12; ++i) out.insert(random() % (1U << bits));
      return out;
    };
    const Masks members = some(), added = some();
    MaskSet set(bits);
    Masks expected;
    for (const std::uint32_t mask : added) {
      set.insert_joined(of(bits, members), mask);
      for (const std::uint32_t member : members) expected.insert(member | mask);
    }
    ASSERT_EQ(listed(set), expected) << "round " << round;
    ASSERT_EQ(set.size(), expected.size());
    set.keep_maximal();
    std::erase_if(expected, [all = expected](std::uint32_t mask) {
      for (const std::uint32_t other : all) {
        if (other != mask && (mask & ~other) == 0) return true;
      }
      return false;
    });
    ASSERT_EQ(listed(set), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace paddock::matrix
