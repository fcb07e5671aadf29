// Selectors: their keys, and the rules about their targets.
#include <gmock/gmock.h>

#include "load_support.h"
#include "macros.h"
#include "parse.h"
#include "report.h"
#include "source.h"
#include "tree_merge.h"
#include "validate_names.h"

namespace paddock::config {
namespace {

using testing::Contains;
using testing::Field;
using testing::Not;

constexpr const char* kRest = R"(models:
  a: {cmd: 'x ${PORT}', aliases: [ay]}
  b: {cmd: 'x ${PORT}'}
peers:
  p: {proxy: http://h, models: [far, both]}
  q: {proxy: http://h, models: [both]}
)";

Loaded selectors(const std::string& lines) { return load("selectors:\n" + lines + kRest); }

const auto kNoError = Not(Contains(Field(&Diagnostic::severity, Severity::kError)));

TEST(LoadSelectors, ReadsAllKeys) {
  const Loaded loaded = selectors(R"(  $s[[s]]:
    strategy: spillover
    targets: [a, p/far, b]
    failover: [q/both]
    settings: {spillover: 3}
    name: S
    description: three
    unlisted: true
    metadata: {k: [1]}
  w: {strategy: warm, targets: [ay, a]}
  p1: {strategy: pin, targets: [far]}
groups: {g: {swap: false, members: [a, b]}}
)");
  EXPECT_THAT(loaded.diagnostics(), kNoError);
  const std::vector<Selector>& read = loaded.config().selectors;
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].id, "s");
  EXPECT_EQ(read[0].pos, loaded.at("s"));
  EXPECT_EQ(read[0].strategy, Strategy::kSpillover);
  EXPECT_THAT(read[0].targets, ElementsAre("a", "p/far", "b"));
  EXPECT_THAT(read[0].failover, ElementsAre("q/both"));
  EXPECT_EQ(read[0].spillover, 3);
  EXPECT_EQ(read[0].name, "S");
  EXPECT_EQ(read[0].description, "three");
  EXPECT_TRUE(read[0].unlisted);
  EXPECT_EQ(read[0].metadata, R"({"k":[1]})");
  EXPECT_EQ(read[1].strategy, Strategy::kWarm);
  EXPECT_THAT(read[1].targets, ElementsAre("ay", "a"));
  EXPECT_THAT(read[1].failover, testing::IsEmpty());
  EXPECT_EQ(read[1].spillover, 1);
  EXPECT_EQ(read[1].metadata, "");
  EXPECT_EQ(read[2].strategy, Strategy::kPin);
}

TEST(LoadSelectors, FailOverOnlyToModels) {
  const Loaded loaded =
      selectors(R"(  s: {strategy: pin, targets: [a], failover: [b, $no[[nobody]], $self[[t]]]}
  t: {strategy: pin, targets: [a]}
)");
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("no"), "target 'nobody' is no model")));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("self"), "target 't' is a selector")));
}

TEST(LoadSelectors, NeedAStrategyAndTargets) {
  const Loaded loaded = selectors(R"(  $a1[[a1]]:
  b1: {strategy: $word[[best]], targets: [a]}
  c1: {strategy: pin, $t[[targets]]: []}
  d1: $list[[[a]]]
  $e1[[""]]: {strategy: pin, targets: [a]}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found,
              Contains(AllOf(error(loaded.at("a1"), "selector 'a1' has no 'strategy'"), hint("warm"))));
  EXPECT_THAT(
      found, Contains(AllOf(error(loaded.at("a1"), "selector 'a1' has no 'targets'"), hint("at least one"))));
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("word"), "unknown strategy 'best'"), hint("spillover"))));
  EXPECT_THAT(found, Contains(error(loaded.at("t"), "selector 'c1' has no 'targets'")));
  EXPECT_THAT(found, Contains(error(loaded.at("list"), "'d1' must be a mapping, not a list")));
  EXPECT_THAT(found, Contains(error(loaded.at("e1"), "a selector's name is empty")));
}

TEST(LoadSelectors, ReportsValuesOfTheWrongKind) {
  const Loaded loaded = selectors(R"(  s:
    strategy: $a[[[pin]]]
    targets: $b[[a]]
    settings: $c[[3]]
    metadata: $d[[text]]
    $e[[target]]: [a]
  t: {strategy: pin, targets: [a], settings: {$f[[spilover]]: 2}}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found, Contains(error(loaded.at("a"), "'strategy' must be text, not a list")));
  EXPECT_THAT(found, Contains(error(loaded.at("b"), "'targets' must be a list, not text")));
  EXPECT_THAT(found, Contains(error(loaded.at("c"), "'settings' must be a mapping, not text")));
  EXPECT_THAT(found, Contains(error(loaded.at("d"), "'metadata' must be a mapping, not text")));
  EXPECT_THAT(found, Contains(AllOf(warning(loaded.at("e"), "unknown key"), hint("'targets'"))));
  EXPECT_THAT(found, Contains(AllOf(warning(loaded.at("f"), "unknown key"), hint("'spillover'"))));
  EXPECT_THAT(found, Not(Contains(Field(&Diagnostic::message, testing::HasSubstr("has no")))));
}

TEST(LoadSelectors, TheirNamesAreNobodyElses) {
  const Loaded loaded = selectors(R"(  $id[[a]]: {strategy: pin, targets: [b]}
  $alias[[ay]]: {strategy: pin, targets: [b]}
)");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("id"), "selector 'a' is also the id of the model in line 5"),
                             hint("another name"))));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("alias"), "selector 'ay' is also an alias of model 'a'")));
}

TEST(LoadSelectors, TargetsMustBeModels) {
  const Loaded loaded = selectors(
      R"(  s: {strategy: pin, targets: [$s[[t]], $both[[both]], $typo[[aya]], $none[[nothing-like-it]]]}
  t: {strategy: warm, targets: [a, $far[[far]]]}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("s"), "target 't' is a selector"), hint("models only"))));
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("both"), "'both' is a model of more than one peer"),
                                    hint("<peer>/"))));
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("typo"), "target 'aya' is no model"),
                                    hint("did you mean 'ay'?"))));
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("none"), "is no model"), Field(&Diagnostic::hint, ""))));
  EXPECT_THAT(found,
              Contains(AllOf(error(loaded.at("far"), "target 'far' is a peer's model"), hint("warm"))));
}

TEST(LoadSelectors, ALocalNameHidesABarePeerName) {
  const Loaded loaded = load(R"(models: {far: {cmd: 'x ${PORT}'}}
peers: {p: {proxy: http://h, models: [far]}}
selectors: {s: {strategy: warm, targets: [far]}}
)");
  EXPECT_THAT(loaded.diagnostics(), kNoError);
}

TEST(LoadSelectors, SpilloverHasRulesOfItsOwn) {
  const Loaded loaded = selectors(
      R"(  s: {strategy: spillover, targets: [a, $twice[[ay]], far, $far[[p/far]]], settings: {spillover: $low[[0]]}}
  t: {strategy: pin, targets: [a, ay], settings: {$unused[[spillover]]: 0}}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found,
              Contains(error(loaded.at("twice"), "target 'ay' is the same model as the one in line 2")));
  EXPECT_THAT(found, Contains(error(loaded.at("far"), "target 'p/far' is the same model")));
  EXPECT_THAT(found, Contains(error(loaded.at("low"), "'settings.spillover' must be at least 1")));
  EXPECT_THAT(found, Contains(warning(loaded.at("unused"), "counts only with strategy spillover")));
}

// The targets that `may_run_together` was asked about, and what was found when it says no.
struct Asked {
  std::vector<std::vector<ModelId>> questions;
  std::vector<Diagnostic> found;
};

Asked ask(const test::MarkedText& marked) {
  Asked asked;
  Report report({"c.yaml"});
  const Sources sources({marked.text()});
  const EnvLookup env;
  Document document;
  read_yaml(sources.files().front(), document, report);
  merge_trees(document, sources, report);
  Loading loading{sources, report, env};
  const Draft draft = parse(document, loading);
  const NameTable names(draft, report);
  const MayRunTogether never = [&](const std::vector<ModelId>& models) {
    asked.questions.push_back(models);
    return false;
  };
  validate_selectors(draft, names, never, report);
  asked.found = report.take();
  return asked;
}

TEST(LoadSelectors, LocalTargetsOfSpilloverMustRunTogether) {
  const test::MarkedText marked(std::string(R"(selectors:
  s: {strategy: spillover, $t[[targets]]: [ay, far, b]}
  one: {strategy: spillover, targets: [a, far]}
  w: {strategy: warm, targets: [a, b]}
)") + kRest);
  const Asked asked = ask(marked);
  EXPECT_THAT(asked.questions, ElementsAre(ElementsAre(ModelId("a"), ModelId("b"))));
  EXPECT_THAT(asked.found, ElementsAre(AllOf(
                               error(marked.at("t"), "targets of spillover selector 's' cannot run together"),
                               hint("swap: false"))));
}

}  // namespace
}  // namespace paddock::config
