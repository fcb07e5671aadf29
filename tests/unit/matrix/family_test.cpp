// What pruning keeps of families of all sizes.
#include "family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace paddock::matrix {
namespace {

constexpr std::size_t kBits = 40;

Mask random_mask(std::mt19937& random, std::size_t bits, unsigned one_in) {
  Mask mask = 0;
  for (std::size_t i = 0; i < bits; ++i) mask |= random() % one_in == 0 ? bit(i * kBits / bits) : 0;
  return mask;
}

// All outer bits of the one and no less worth besides.
bool is_as_good(const Families& families, Mask one, Mask other, Mask outer) {
  return (other & outer & ~one) == 0 && families.worth(one & ~outer) >= families.worth(other & ~outer);
}

struct Shape {
  std::size_t size;
  std::size_t bits;          // in all masks together
  unsigned outer_is_one_in;  // of these
  bool smallest;             // nothing that is left is as good as something else that is
};

void expect_something_as_good_for_each_member(const Shape& shape) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::uint64_t> weights(kBits);
    for (std::uint64_t& weight : weights) weight = 1 + random() % 3;
    Families families(weights, 1'000'000);
    const Mask outer = random_mask(random, shape.bits, shape.outer_is_one_in);
    Family all;
    for (std::size_t i = 0; i < shape.size; ++i) all.push_back({random_mask(random, shape.bits, 2), {}});
    Family left = all;
    families.prune(left, outer);
    for (const State& state : all) {
      EXPECT_TRUE(std::any_of(left.begin(), left.end(), [&](const State& kept) {
        return is_as_good(families, kept.mask, state.mask, outer);
      }));
    }
    for (const State& state : left) {
      const auto as_good = [&](const State& kept) {
        return is_as_good(families, kept.mask, state.mask, outer);
      };
      EXPECT_TRUE(!shape.smallest || std::count_if(left.begin(), left.end(), as_good) == 1);
      const auto same = [&](const State& member) { return member.mask == state.mask; };
      EXPECT_TRUE(std::any_of(all.begin(), all.end(), same)) << "a member that is none";
    }
  }
}

TEST(Pruning, OfFew) {
  expect_something_as_good_for_each_member({100, 8, 2, true});
  expect_something_as_good_for_each_member({250, 40, 2, true});
}

TEST(Pruning, ByATable) {
  expect_something_as_good_for_each_member({600, 8, 1, true});
  expect_something_as_good_for_each_member({600, 12, 2, true});
  expect_something_as_good_for_each_member({600, 16, 1, true});
  expect_something_as_good_for_each_member({600, 40, 4, true});
}

TEST(Pruning, OfMoreThanATableHolds) {
  expect_something_as_good_for_each_member({600, 26, 1, false});
  expect_something_as_good_for_each_member({600, 40, 1, false});
}

TEST(Pruning, OfTheSameOuterBitsTheBestStays) {
  Families families(std::vector<std::uint64_t>(kBits, 1), 1'000'000);
  const Mask outer = bit(20) - 1;
  Family all;
  for (std::size_t i = 0; i < 20; ++i) {  // no outer part lies within another
    for (std::size_t k = 20; k < kBits; ++k) all.push_back({bit(i) | bit(k), {}});
  }
  families.prune(all, outer);
  EXPECT_EQ(all.size(), 20u);
  for (const State& state : all) EXPECT_EQ(state.mask & ~outer, bit(kBits - 1));
}

}  // namespace
}  // namespace paddock::matrix
