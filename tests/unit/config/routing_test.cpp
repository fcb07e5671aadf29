// Both styles of saying who may run together, and which of them counts.
#include <gmock/gmock.h>

#include <variant>

#include "routing_support.h"

namespace paddock::config {
namespace {

const Groups& groups(const Loaded& loaded) { return std::get<Groups>(loaded.config().routing.router); }

bool uses_matrix(const Loaded& loaded) {
  return std::holds_alternative<Matrix>(loaded.config().routing.router);
}

std::vector<ModelId> ids(std::initializer_list<const char*> texts) {
  std::vector<ModelId> out;
  for (const char* text : texts) out.emplace_back(text);
  return out;
}

TEST(Routing, WithoutAWordAllModelsShareOneGroup) {
  for (const char* nothing :
       {"", "groups:", "groups: {}", "matrix:", "routing:", "routing: {}", "routing: {router:, scheduler:}",
        "routing: {router: {use:, settings:}}", "routing: {router: {settings: {groups: {}, matrix: {}}}}",
        "routing: {router: {use: group}}", "routing: {router: {use: ''}}"}) {
    const Loaded loaded = load_routing(nothing);
    EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << nothing;
    const Group all{"(default)", true, true, false, ids({"a", "b", "c", "org/d"}), {}};
    EXPECT_THAT(groups(loaded).groups, ElementsAre(all)) << nothing;
  }
  EXPECT_EQ(groups(load("")).groups.size(), 1u);
}

TEST(Routing, TheOldKeysAndTheNewOnesMeanTheSame) {
  const Loaded old_groups = load_routing("groups: {g: {members: [a]}}");
  const Loaded new_groups = load_routing("routing: {router: {settings: {groups: {g: {members: [a]}}}}}");
  EXPECT_EQ(groups(old_groups).groups[0].members, ids({"a"}));
  EXPECT_EQ(groups(old_groups).groups[0].members, groups(new_groups).groups[0].members);
  EXPECT_TRUE(uses_matrix(load_routing("matrix: {sets: {s: a}}")));
  EXPECT_TRUE(
      uses_matrix(load_routing("routing: {router: {use: matrix, settings: {matrix: {sets: {s: a}}}}}")));
}

TEST(Routing, GroupsAndMatrixTogetherAreAnErrorAtTheSecond) {
  const Loaded loaded = load_routing("groups: {g: {members: [a]}}\n$m[[matrix]]: {sets: {s: a}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(
                  error(loaded.at("m"), "'matrix' and 'groups' in line 1 both say who may run together"),
                  hint("keep one of the two"))));
  const Loaded turned = load_routing("matrix: {sets: {s: a}}\n$g[[groups]]: {g: {members: [a]}}");
  EXPECT_THAT(turned.diagnostics(), ElementsAre(error(turned.at("g"), "'groups' and 'matrix' in line 1")));
}

TEST(Routing, OldAndNewTogetherAreAnErrorAtTheSecond) {
  const Loaded loaded = load_routing("groups: {g: {members: [a]}}\nrouting:\n  $r[[router]]: {use: group}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("r"), "'routing.router' and 'groups' in line 1"),
                                hint("move all of it to 'routing.router'"))));
  const Loaded turned = load_routing(
      "routing:\n  router: {settings: {groups: {g: {members: [a]}}}}\n$m[[matrix]]: {sets: {s: b}}");
  EXPECT_THAT(turned.diagnostics(),
              ElementsAre(error(turned.at("m"), "'matrix' and 'routing.router' in line 2")));
}

TEST(Routing, AllProblemsOfBothStylesAreReported) {
  const Loaded loaded = load_routing(
      "groups: {g: {members: [$x[[nope]]]}}\n$m[[matrix]]: {sets: {s: $y[[zzz]]}}\n"
      "routing: {scheduler: {use: $z[[lifo]]}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("x"), "no model 'nope'"), error(loaded.at("m"), "both say"),
                          error(loaded.at("y"), "no model or variable 'zzz'"),
                          error(loaded.at("z"), "unknown scheduler 'lifo'")));
}

TEST(Routing, AMatrixThatIsUsedMustBeGiven) {
  for (const char* settings : {"", ", settings: {matrix: }", ", settings: {}"}) {
    const Loaded loaded = load_routing("routing: {router: {use: $u[[matrix]]" + std::string(settings) + "}}");
    EXPECT_THAT(loaded.diagnostics(),
                ElementsAre(error(loaded.at("u"), "'routing.router.settings.matrix' is not given")));
  }
}

TEST(Routing, WhatIsNotUsedIsIgnoredWithAWarning) {
  for (const char* use : {"use: group, ", ""}) {
    const Loaded loaded = load_routing("routing: {router: {" + std::string(use) +
                                       "settings: {$m[[matrix]]: {sets: {s: 'nobody ('}}}}}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(AllOf(warning(loaded.at("m"), "'matrix' is ignored"),
                                                        hint("write 'use: matrix'"))));
    EXPECT_FALSE(uses_matrix(loaded));
  }
  const Loaded loaded = load_routing(
      "routing: {router: {use: matrix, settings: {$g[[groups]]: {g: {members: [nope]}}, matrix: {sets: {s: "
      "a}}}}}");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("g"), "'groups' is ignored")));
  EXPECT_TRUE(uses_matrix(loaded));
}

TEST(Routing, UnknownRoutersAndSchedulersAreErrors) {
  const Loaded loaded =
      load_routing("routing:\n  router: {use: $r[[matrx]]}\n  scheduler: {use: $s[[lru]]}\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(AllOf(error(loaded.at("r"), "unknown router 'matrx'"), hint("did you mean 'matrix'?")),
                  AllOf(error(loaded.at("s"), "unknown scheduler 'lru'"), hint("fifo or fair"))));
}

TEST(Routing, UnknownKeysAreGuessedAtOnEveryLevel) {
  const Loaded loaded = load_routing(
      "routing:\n  $a[[ruter]]: 1\n  router: {$b[[user]]: group, settings: {$c[[group]]: {}}}\n"
      "  scheduler: {$d[[usee]]: fifo, settings: {$e[[fiffo]]: {}, fifo: {$f[[prioriti]]: {}}}}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("a"), "unknown key 'ruter'"), hint("'router'")),
                          AllOf(warning(loaded.at("b"), "unknown key 'user'"), hint("'use'")),
                          AllOf(warning(loaded.at("c"), "unknown key 'group'"), hint("'groups'")),
                          AllOf(warning(loaded.at("d"), "unknown key 'usee'"), hint("'use'")),
                          AllOf(warning(loaded.at("e"), "unknown key 'fiffo'"), hint("'fifo'")),
                          AllOf(warning(loaded.at("f"), "unknown key 'prioriti'"), hint("'priority'"))));
}

TEST(Routing, BlocksOfTheWrongKindAreErrors) {
  const Loaded loaded = load_routing(
      "groups: $g[[text]]\nmatrix: $m[[[a]]]\nrouting: {router: $r[[x]], scheduler: {use: $u[[[fifo]]],"
      " settings: {fifo: {priority: $p[[[a]]]}}}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("g"), "'groups' must be a mapping, not text"),
                          error(loaded.at("m"), "'matrix' must be a mapping, not a list"),
                          error(loaded.at("r"), "'router' must be a mapping, not text"),
                          error(loaded.at("u"), "'use' must be text, not a list"),
                          error(loaded.at("p"), "'priority' must be a mapping, not a list")));
}

}  // namespace
}  // namespace paddock::config
