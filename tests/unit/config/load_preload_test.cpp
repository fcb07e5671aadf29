// Models to load at start that cannot stay beside each other.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using test::error;
using test::hint;
using test::warning;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kModels =
    "models:\n  a: {cmd: 'x ${PORT}'}\n  b: {cmd: 'x ${PORT}'}\n  c: {cmd: 'x ${PORT}', aliases: [cee]}\n";

Loaded preload(const std::string& list, const std::string& more = {}) {
  return load("hooks: {on_startup: {preload: [" + list + "]}}\n" + more + kModels);
}

TEST(LoadPreloadTogether, OneAtATimeIsSaid) {
  const Loaded loaded = preload("a, $b[[b]], $c[[cee]], a");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(warning(loaded.at("b"), "'preload': loading 'b' stops 'a', which is loaded before it"),
                hint("that may run together")),
          warning(loaded.at("c"), "loading 'c' stops some of the models that are loaded before it")));
  EXPECT_THAT(loaded.config().preload, ElementsAre(ModelId("a"), ModelId("b"), ModelId("c")));
}

TEST(LoadPreloadTogether, AGroupThatDoesNotSwapIsFine) {
  const std::string groups = "groups: {g: {swap: false, members: [a, b]}}\n";
  EXPECT_THAT(preload("a, b", groups).diagnostics(), IsEmpty());
  const Loaded loaded = preload("a, b, $c[[c]]", groups);
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("c"), "loading 'c' stops some")));
}

TEST(LoadPreloadTogether, GroupsThatLeaveEachOtherAloneAreFine) {
  const std::string groups =
      "groups: {g: {exclusive: false, members: [a]}, h: {persistent: true, members: [b]}, i: {members: "
      "[c]}}\n";
  EXPECT_THAT(preload("b, c", groups).diagnostics(), IsEmpty()) << "b is persistent";
  EXPECT_THAT(preload("c, a", groups).diagnostics(), IsEmpty()) << "a stops nobody";
  const Loaded loaded = preload("a, $c[[c]]", groups);
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("c"), "loading 'c' stops 'a'")));
}

TEST(LoadPreloadTogether, AMatrixSaysWhoFits) {
  const std::string matrix = "matrix: {vars: {x: a, y: b, z: c}, sets: {s: 'x & y', t: z}}\n";
  EXPECT_THAT(preload("b, a", matrix).diagnostics(), IsEmpty());
  const Loaded loaded = preload("c, $a[[a]]", matrix);
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("a"), "loading 'a' stops 'c'")));
}

TEST(LoadPreloadTogether, ARoutingWithErrorsProvesNothing) {
  const Loaded loaded = preload("a, b", "groups: {g: {members: [$n[[nobody]]]}}\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("n"), "")));
}

}  // namespace
}  // namespace paddock::config
