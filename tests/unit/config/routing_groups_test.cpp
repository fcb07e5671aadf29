// Groups: their keys and members.
#include <gmock/gmock.h>

#include <variant>

#include "routing_support.h"

namespace paddock::config {
namespace {

const std::vector<Group>& groups(const Loaded& loaded) {
  return std::get<Groups>(loaded.config().routing.router).groups;
}

std::vector<ModelId> ids(std::initializer_list<const char*> texts) {
  std::vector<ModelId> out;
  for (const char* text : texts) out.emplace_back(text);
  return out;
}

TEST(RoutingGroups, ReadsAllKeys) {
  const Loaded loaded = load_routing(
      "groups:\n  $g[[g]]: {swap: false, exclusive: no, persistent: yes, members: [b, a]}\n  $h[[h]]:\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(groups(loaded), ElementsAre(Group{"g", false, false, true, ids({"b", "a"}), loaded.at("g")},
                                          Group{"h", true, true, false, {}, loaded.at("h")},
                                          Group{"(default)", true, true, false, ids({"c", "org/d"}), {}}));
}

TEST(RoutingGroups, TheDefaultGroupIsThereThoughEmptyAndSorted) {
  EXPECT_EQ(groups(load_routing("groups: {g: {members: [a, b, c, org/d]}}")).back().members, ids({}));
  const Loaded loaded = load("models: {z: {cmd: 'x ${PORT}'}, y: {cmd: 'x ${PORT}'}}");
  EXPECT_EQ(groups(loaded).back().members, ids({"y", "z"}));
}

TEST(RoutingGroups, AnAliasIsItsModel) {
  const Loaded loaded = load_routing("groups: {g: {members: [second, dee]}}");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(groups(loaded)[0].members, ids({"b", "org/d"}));
}

TEST(RoutingGroups, AMemberMustBeAModel) {
  const Loaded loaded =
      load_routing("groups: {g: {members: [$x[[org/e]], a, $y[[secnod]], $z[[stranger]]]}}");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(error(loaded.at("x"), "no model 'org/e' for group 'g'"), hint("did you mean 'org/d'?")),
          AllOf(error(loaded.at("y"), "no model 'secnod'"), hint("'second'")),
          AllOf(error(loaded.at("z"), "no model 'stranger'"), testing::Field(&Diagnostic::hint, ""))));
}

TEST(RoutingGroups, AMemberTwiceIsAnError) {
  const Loaded loaded =
      load_routing("groups:\n  g:\n    members:\n    - a\n    - $x[[a]]\n    - $y[[first]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("x"), "model 'a' is already a member of this group, line 4"),
                          error(loaded.at("y"),
                                "model 'a', which 'first' means, is already a member of this group")));
}

TEST(RoutingGroups, AMemberOfTwoGroupsIsAnError) {
  const Loaded loaded = load_routing("groups:\n  g: {members: [a]}\n  h: {members: [b, $x[[a]]]}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("x"), "model 'a' is already a member of group 'g', line 2"),
                                hint("this is group 'h'"))));
}

TEST(RoutingGroups, TheNameOfTheDefaultGroupIsTaken) {
  const Loaded loaded = load_routing("groups: {$g[[(default)]]: {members: [a]}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("g"), "'(default)' is the group of all models")));
}

TEST(RoutingGroups, ReportsKeysAndTypes) {
  const Loaded loaded = load_routing(
      "groups:\n  g: {$a[[swop]]: false, swap: $b[[maybe]], members: $c[[a]]}\n  h: $d[[[a]]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("a"), "unknown key 'swop'"), hint("'swap'")),
                          error(loaded.at("b"), "'swap' must be true or false"),
                          error(loaded.at("c"), "'members' must be a list"),
                          error(loaded.at("d"), "'h' must be a mapping, not a list")));
}

TEST(RoutingGroups, MembersMayRunTogetherIfTheirGroupDoesNotSwap) {
  const Loaded loaded = load_routing("groups: {g: {swap: false, members: [a, b]}, h: {members: [c, org/d]}}");
  const Routing& routing = loaded.config().routing;
  EXPECT_TRUE(may_run_together(routing, ids({"a", "b"})));
  EXPECT_TRUE(may_run_together(routing, ids({"b", "a", "b"})));
  EXPECT_TRUE(may_run_together(routing, ids({"c"})));
  EXPECT_TRUE(may_run_together(routing, ids({"c", "c"})));
  EXPECT_TRUE(may_run_together(routing, {}));
  EXPECT_FALSE(may_run_together(routing, ids({"c", "org/d"})));
  EXPECT_FALSE(may_run_together(routing, ids({"a", "c"})));
  EXPECT_FALSE(may_run_together(load_routing("").config().routing, ids({"a", "b"})));
}

}  // namespace
}  // namespace paddock::config
