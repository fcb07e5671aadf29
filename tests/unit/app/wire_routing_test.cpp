#include "wire_routing.h"

#include <gmock/gmock.h>

#include "paddock/config/load.h"

namespace paddock::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const scheduler::EvictionPolicy> policy(const std::string& routing) {
  const std::string models =
      "models: {a: {cmd: x, proxy: http://h:1}, b: {cmd: x, proxy: http://h:2},"
      " c: {cmd: x, proxy: http://h:3}}\n";
  const config::LoadResult loaded = config::load_text(models + routing, "c.yaml", {});
  if (!loaded.config) throw std::runtime_error(config::format(loaded.diagnostics.front()));
  return policy_of(*loaded.config);
}

const ModelId a("a"), b("b"), c("c");

TEST(WireRouting, OneAtATimeWhereTheFileSaysNothing) {
  EXPECT_THAT(policy("")->evictions(a, {b, c}), ElementsAre(b, c));
}

TEST(WireRouting, Groups) {
  const auto groups = policy("groups: {g: {swap: false, members: [a, b]}}");
  EXPECT_THAT(groups->evictions(a, {b}), IsEmpty());
  EXPECT_THAT(groups->evictions(a, {c}), ElementsAre(c));
}

TEST(WireRouting, MatrixWithVariables) {
  const auto matrix = policy("matrix: {vars: {x: c}, sets: {s: a & x}}");
  EXPECT_THAT(matrix->evictions(a, {c}), IsEmpty());
  EXPECT_THAT(matrix->evictions(a, {c, b}), ElementsAre(b));
  EXPECT_THAT(matrix->evictions(b, {a, c}), ElementsAre(a, c));
}

TEST(WireRouting, WhatIsPinnedCostsMoreThanAllElse) {
  const config::LoadResult loaded = config::load_text(
      "models: {a: {cmd: x, proxy: http://h:1}, b: {cmd: x, proxy: http://h:2, pin: true},"
      " c: {cmd: x, proxy: http://h:3}}\n"
      "matrix: {evict_costs: {a: 2147483647}, sets: {s: (a | b) & c}}",
      "c.yaml", {});
  ASSERT_TRUE(loaded.config);
  EXPECT_THAT(policy_of(*loaded.config)->evictions(c, {a, b}), ElementsAre(a));
}

TEST(WireRouting, MatrixCosts) {
  // Either may stay; the dearer one does.
  const std::string sets = "sets: {s: (a | b) & c}";
  const auto dear_a = policy("matrix: {evict_costs: {a: 5}, " + sets + "}");
  EXPECT_THAT(dear_a->evictions(c, {b, a}), ElementsAre(b));
  const auto dear_b = policy("matrix: {evict_costs: {b: 5}, " + sets + "}");
  EXPECT_THAT(dear_b->evictions(c, {a, b}), ElementsAre(a));
}

}  // namespace
}  // namespace paddock::app
