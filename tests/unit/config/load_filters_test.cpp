// Filters of models and peers, and the aliases that setParamsByID brings.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using testing::Contains;
using testing::Field;
using testing::Not;

Loaded filters(const std::string& lines) { return load_model("    cmd: x ${PORT}\n    filters:\n" + lines); }

TEST(LoadFilters, ReadsAllKeys) {
  const Loaded loaded = filters(R"(      stripParams: " top_p, temperature,, top_p , a.b"
      setParams: {z: 1, a.b: [true, x], n: ~}
      setParamsByID:
        m: {t: 0.5}
        m:fast: {t: '0.1', x: {y: 2}}
        m:none:
)");
  const Filters& read = loaded.model().filters;
  EXPECT_THAT(read.strip_params, ElementsAre("a.b", "temperature", "top_p"));
  EXPECT_THAT(read.set_params, ElementsAre(Filters::Param{"a.b", R"([true,"x"])"},
                                           Filters::Param{"n", "null"}, Filters::Param{"z", "1"}));
  EXPECT_THAT(read.set_params_by_id,
              ElementsAre(Filters::ById{"m", {{"t", "0.5"}}},
                          Filters::ById{"m:fast", {{"t", R"("0.1")"}, {"x", R"({"y":2})"}}},
                          Filters::ById{"m:none", {}}));
  EXPECT_THAT(loaded.model().aliases, ElementsAre("m:fast", "m:none"));
}

TEST(LoadFilters, TheOldNameOfStripParamsCountsIfTheNewIsEmpty) {
  EXPECT_THAT(filters("      strip_params: a\n").model().filters.strip_params, ElementsAre("a"));
  EXPECT_THAT(filters("      strip_params: a\n      stripParams: ' '\n").model().filters.strip_params,
              ElementsAre("a"));
  const Loaded both = filters("      $old[[strip_params]]: a\n      stripParams: b\n");
  EXPECT_THAT(both.model().filters.strip_params, ElementsAre("b"));
  EXPECT_THAT(both.diagnostics(), Contains(warning(both.at("old"), "the old name of 'stripParams'")));
}

TEST(LoadFilters, NeverTouchTheModel) {
  const Loaded loaded = filters(
      "      stripParams: a, $a[[model]]\n      setParams: {$b[[model]]: x, c: 1}\n"
      "      setParamsByID: {m: {$d[[model]]: x}}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("a"), "'model' is never stripped"), hint("useModelName")),
                          AllOf(warning(loaded.at("b"), "'model' is never set"), hint("useModelName")),
                          warning(loaded.at("d"), "'model' is never set")));
  EXPECT_THAT(loaded.model().filters.strip_params, ElementsAre("a"));
  EXPECT_THAT(loaded.model().filters.set_params, ElementsAre(Filters::Param{"c", "1"}));
  EXPECT_THAT(loaded.model().filters.set_params_by_id, ElementsAre(Filters::ById{"m", {}}));
}

TEST(LoadFilters, ReportValuesOfTheWrongKind) {
  const Loaded whole = load_model("    cmd: x ${PORT}\n    filters: $f[[[a]]]\n");
  EXPECT_THAT(whole.diagnostics(),
              ElementsAre(error(whole.at("f"), "'filters' must be a mapping, not a list")));
  const Loaded loaded = filters(
      "      stripParams: $a[[[x]]]\n      setParams: $b[[x]]\n      setParamsByID: {m: $c[[[x]]]}\n      "
      "$d[[setParam]]: {}\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("a"), "'stripParams' must be text, not a list")));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("b"), "'setParams' must be a mapping, not text")));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("c"), "'m' must be a mapping, not a list")));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(warning(loaded.at("d"), "unknown key"), hint("'setParams'"))));
}

TEST(LoadFilters, NamesAreNotEmpty) {
  const Loaded loaded = filters("      setParams: {$a[['']]: 1}\n      setParamsByID: {$b[['']]: {}}\n");
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("a"), "a parameter's name is empty")));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("b"), "a name in 'setParamsByID' is empty")));
}

TEST(LoadFilters, MacrosAreLookedAtInTheKeysOfSetParamsById) {
  const Loaded loaded = load(R"(macros: {v: fast}
models:
  m:
    cmd: x ${PORT}
    filters:
      setParamsByID: {"${MODEL_ID}:${v}": {t: "${v}"}, "${MODEL_ID}": {t: 1}}
)");
  EXPECT_THAT(loaded.model().aliases, ElementsAre("m:fast"));
  EXPECT_EQ(loaded.model().filters.set_params_by_id[0], (Filters::ById{"m:fast", {{"t", R"("fast")"}}}));
  EXPECT_EQ(loaded.model().filters.set_params_by_id[1].name, "m");
  const Loaded unknown = filters("      setParamsByID: {'$a[[${nope}]]': {}, '$b[[${PORT}]]': {}}\n");
  EXPECT_THAT(unknown.diagnostics(), ElementsAre(error(unknown.at("a"), "unknown macro"),
                                                 error(unknown.at("b"), "${PORT} is only available in")));
}

TEST(LoadFilters, TwoKeysThatBecomeTheSameAreAnError) {
  const Loaded loaded = filters("      setParamsByID: {'m': {a: 1}, $k[['${MODEL_ID}']]: {a: 2}}\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("k"), "'setParamsByID': 'm' is already given in line 5"),
                             hint("macros"))));
}

TEST(LoadFilters, TheirNamesMayNotBeOthers) {
  const Loaded loaded = load(R"(models:
  a:
    cmd: x ${PORT}
    aliases: [mine]
    filters: {setParamsByID: {mine: {}, $id[[b]]: {}, $alias[[bee]]: {}, new: {}}}
  b:
    cmd: x ${PORT}
    aliases: [bee]
    filters: {setParamsByID: {$twice[[new]]: {}, b: {}}}
)");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("id"), "'setParamsByID': 'b' is the id of the model in line 6")));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("alias"), "'bee' is already an alias of model 'b'")));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("twice"), "'new' is already an alias of model 'a'")));
  EXPECT_THAT(loaded.diagnostics(), Not(Contains(Field(&Diagnostic::message, testing::HasSubstr("'mine'")))));
}

TEST(LoadFilters, OfPeersMakeNoAliases) {
  const Loaded loaded = load(R"(models: {m: {cmd: 'x ${PORT}'}}
peers:
  p:
    proxy: http://h
    models: [a]
    filters: {stripParams: x, setParamsByID: {m: {t: 1}, a: {t: 2}}}
)");
  EXPECT_THAT(loaded.model().aliases, IsEmpty());
  EXPECT_THAT(loaded.config().peers[0].filters.set_params_by_id,
              ElementsAre(Filters::ById{"m", {{"t", "1"}}}, Filters::ById{"a", {{"t", "2"}}}));
  EXPECT_THAT(loaded.config().peers[0].filters.strip_params, ElementsAre("x"));
}

}  // namespace
}  // namespace paddock::config
