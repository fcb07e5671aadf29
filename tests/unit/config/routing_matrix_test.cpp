// The matrix: variables, costs and sets, with the exact place of every error.
#include <gmock/gmock.h>

#include <variant>

#include "routing_support.h"
#include "tests/support/first_customer.h"

namespace paddock::config {
namespace {

const Matrix& matrix(const Loaded& loaded) { return std::get<Matrix>(loaded.config().routing.router); }

TEST(RoutingMatrix, TheCustomersFileHasOneErrorWithItsPlaceAndAGuess) {
  const Loaded loaded = load(test::first_customers_file("$il[[il]] & gm"));
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("il"), "no model or variable 'il' in set 'llm-and-image'"),
                                testing::Field(&Diagnostic::hint, "did you mean 'img'?"))));
  EXPECT_EQ(loaded.result.config, nullptr);
}

TEST(RoutingMatrix, TheCustomersFileLoadsOnceItIsMended) {
  const Loaded loaded = load(test::first_customers_file());
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const std::vector<ModelId> both{ModelId("img"), ModelId("Gemma4-31b-q4")};
  EXPECT_TRUE(may_run_together(loaded.config().routing, both));
  EXPECT_FALSE(may_run_together(loaded.config().routing, {both[0], ModelId("Qwen3.6-35B-q8")}));
}

TEST(RoutingMatrix, ReadsAllKeys) {
  const Loaded loaded = load_routing(
      "matrix:\n  vars: {v_1: a, d: org/d}\n  evict_costs: {v_1: 30, c: 2}\n"
      "  sets:\n    $z[[z]]: +y | d\n    $y[[y]]: v_1 & (b | c)\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const Matrix& read = matrix(loaded);
  EXPECT_THAT(read.vars, ElementsAre(Matrix::Var{"v_1", ModelId("a")}, Matrix::Var{"d", ModelId("org/d")}));
  EXPECT_THAT(read.costs, ElementsAre(Matrix::Cost{ModelId("a"), 30}, Matrix::Cost{ModelId("c"), 2}));
  EXPECT_THAT(read.sets, ElementsAre(Matrix::Set{"z", "+y | d", loaded.at("z")},
                                     Matrix::Set{"y", "v_1 & (b | c)", loaded.at("y")}));
}

TEST(RoutingMatrix, NeedsASet) {
  for (const char* key : {"$k[[matrix]]: {}", "$k[[matrix]]: {vars: {v: a}}", "matrix: {$k[[sets]]: {}}",
                          "matrix: {$k[[sets]]: }"}) {
    const Loaded loaded = load_routing(key);
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("k"), "'matrix' needs at least one set")))
        << key;
  }
}

TEST(RoutingMatrix, ChecksNamesOfVariables) {
  const std::string longest(32, 'v');
  EXPECT_THAT(load_routing("matrix: {vars: {" + longest + ": a, A.b-9_: b}, sets: {s: a}}").diagnostics(),
              IsEmpty());
  for (const std::string& name :
       {longest + "v", std::string("a b"), std::string("ä"), std::string("a/b"), std::string("''")}) {
    const Loaded loaded = load_routing("matrix: {vars: {$v[[" + name + "]]: a}, sets: {s: a}}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "must be 1-32 characters"))) << name;
  }
}

TEST(RoutingMatrix, AVariableNamesAnExistingId) {
  const Loaded loaded = load_routing(
      "matrix:\n  vars: {x: $x[[org/dd]], y: $y[[second]], $z[[z]]: , w: $w[[[a]]]}\n  sets: {s: x & y & z & "
      "w & a}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("x"), "no model 'org/dd' for variable 'x'"),
                                hint("did you mean 'org/d'?")),
                          AllOf(error(loaded.at("y"), "no model 'second' for variable 'y'"),
                                hint("'second' is an alias: write the id 'b'")),
                          error(loaded.at("z"), "variable 'z' names no model"),
                          error(loaded.at("w"), "'w' must be text, not a list")))
      << "and none about the expression that uses them";
}

TEST(RoutingMatrix, WarnsOfAVariableThatHidesAModel) {
  const Loaded loaded = load_routing("matrix: {vars: {$x[[a]]: b, c: c}, sets: {s: a & c}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(warning(loaded.at("x"), "variable 'a' hides the model of that id")));
  EXPECT_TRUE(may_run_together(loaded.config().routing, {ModelId("b"), ModelId("c")}));
  EXPECT_FALSE(may_run_together(loaded.config().routing, {ModelId("a"), ModelId("c")}));
}

TEST(RoutingMatrix, CostsArePositiveAndOfSomebody) {
  const Loaded loaded = load_routing(
      "matrix:\n  vars: {vee: b}\n  sets: {s: a}\n  evict_costs:\n    a: $a[[0]]\n    $b[[vea]]: 1\n"
      "    $c[[dee]]: 1\n    c: $d[[1.5]]\n    org/d: 1\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(error(loaded.at("a"), "'a' must be at least 1, not 0"),
                  AllOf(error(loaded.at("b"), "no model or variable 'vea' for a cost"), hint("'vee'")),
                  AllOf(error(loaded.at("c"), "'dee'"), hint("'dee' is an alias: write the id 'org/d'")),
                  error(loaded.at("d"), "'c' must be a whole number")));
}

TEST(RoutingMatrix, AModelHasOneCost) {
  const Loaded loaded = load_routing(
      "matrix:\n  vars: {v: a, w: a}\n  sets: {s: a}\n  evict_costs:\n    v: 2\n    $a[[a]]: 3\n    $w[[w]]: "
      "2\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "model 'a' has its cost already in line 5"),
                          error(loaded.at("w"), "model 'a' has its cost already in line 5")));
}

TEST(RoutingMatrix, FindsThePlaceInEveryKindOfScalar) {
  for (const char* expression : {"a & $x[[nope]] | b", "\"a & $x[[nope]] | b\"", "'a & $x[[nope]] | b'",
                                 "|\n      a &\n      $x[[nope]]\n      | b",
                                 ">-\n      a &\n      ($x[[nope]])\n      | b", "a\n      & $x[[nope]]"}) {
    const Loaded loaded = load_routing("matrix:\n  sets:\n    s: " + std::string(expression) + "\n");
    EXPECT_THAT(loaded.diagnostics(),
                ElementsAre(error(loaded.at("x"), "no model or variable 'nope' in set 's'")))
        << expression;
  }
}

TEST(RoutingMatrix, MacrosAreExpandedInExpressions) {
  const Loaded loaded = load_routing("macros: {pair: a & b}\nmatrix: {sets: {s: '(${pair}) | c'}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(matrix(loaded).sets[0].expression, "(a & b) | c");
  const Loaded wrong = load_routing("macros: {pair: a & x}\nmatrix: {sets: {s: 'c | $m[[${pair}]]'}}\n");
  EXPECT_THAT(wrong.diagnostics(), ElementsAre(error(wrong.at("m"), "no model or variable 'x'")));
}

TEST(RoutingMatrix, ReportsSyntaxErrorsOfAllSets) {
  const Loaded loaded = load_routing(
      "matrix:\n  sets:\n    $e[[e]]:\n    f: $f[['']]\n    g: a & $g[[(]]b\n    h: a $h[[b]]\n    i: "
      "a$i[[,]] b\n"
      "    j: $j[[+]]\n    k: $k[[()]]\n    l: org$l[[/]]d\n    m: $m[[[a]]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("e"), "no expression in set 'e'"),
                          error(SourcePos{4, 9}, "no expression in set 'f'"),
                          error(loaded.at("g"), "'(' without ')' in set 'g'"),
                          error(loaded.at("h"), "'b' without '&' or '|' before it in set 'h'"),
                          error(loaded.at("i"), "unexpected character ',' in set 'i'"),
                          error(loaded.at("j"), "'+' without a name in set 'j'"),
                          error(loaded.at("k"), "nothing between '(' and ')' in set 'k'"),
                          AllOf(error(loaded.at("l"), "unexpected character '/' in set 'l'"),
                                hint("a name under vars")),
                          error(loaded.at("m"), "'m' must be text, not a list")));
}

TEST(RoutingMatrix, ReportsWrongReferences) {
  const Loaded loaded = load_routing(
      "matrix:\n  sets:\n    one: a | $u[[+]]twoo\n    two: b & +three\n    three: c & $c[[+]]two\n    m: "
      "$a[[+]]a\n    n: $s[[one]]\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(error(loaded.at("u"), "no set 'twoo' for '+twoo' in set 'one'"), hint("'+two'")),
          error(loaded.at("c"), "circular reference 'two' -> 'three' -> 'two' in set 'three'"),
          AllOf(error(loaded.at("a"), "no set 'a'"), hint("'a' is a model: write it without '+'")),
          AllOf(error(loaded.at("s"), "no model or variable 'one'"), hint("'one' is a set: write '+one'"))));
}

TEST(RoutingMatrix, ASetWhoseTextIsBrokenIsStillASet) {
  const Loaded loaded = load_routing("matrix: {sets: {s: '$m[[${nope}]]', t: +s & a}}");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("m"), "unknown macro")));
}

TEST(RoutingMatrix, HintsInExpressionsCanBeWrittenThere) {
  const Loaded loaded = load_routing("matrix: {sets: {s: $x[[dee]] & $y[[second]] & $z[[orgd]]}}");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(error(loaded.at("x"), "'dee'"), hint("alias of 'org/d': give that model a name under vars")),
          AllOf(error(loaded.at("y"), "'second'"), hint("'second' is an alias: write the id 'b'")),
          AllOf(error(loaded.at("z"), "'orgd'"), hint("give model 'org/d' a name under vars"))));
}

TEST(RoutingMatrix, ReportsKeysAndTypes) {
  const Loaded loaded =
      load_routing("matrix: {$a[[var]]: {}, vars: $b[[[a]]], evict_costs: $c[[1]], sets: $d[[a]]}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("a"), "unknown key 'var'"), hint("'vars'")),
                          error(loaded.at("b"), "'vars' must be a mapping"),
                          error(loaded.at("c"), "'evict_costs' must be a mapping"),
                          error(loaded.at("d"), "'sets' must be a mapping")));
}

TEST(RoutingMatrix, OneMemberOfOneSetMayRunTogether) {
  const Loaded loaded = load_routing("matrix: {vars: {d: org/d}, sets: {s: (a | b) & c, t: +s & d}}");
  const Routing& routing = loaded.config().routing;
  const ModelId a("a"), b("b"), c("c"), d("org/d");
  EXPECT_TRUE(may_run_together(routing, {a, c, d}));
  EXPECT_TRUE(may_run_together(routing, {b, d, d}));
  EXPECT_TRUE(may_run_together(routing, {a}));
  EXPECT_FALSE(may_run_together(routing, {a, b}));
  EXPECT_FALSE(may_run_together(routing, {a, b, d}));
}

}  // namespace
}  // namespace paddock::config
