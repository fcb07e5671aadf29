// Values of free form: which type each spelling has, macros in them, and what is refused.
#include "free_form.h"

#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

// The metadata of one model.
Loaded metadata(const std::string& marked, Environment environment = {}) {
  environment.try_emplace("E", "");
  return load(
      "macros: {n: 5, f: 1.10, b: true, t: '7', w: word, nested: '${n}', two: '${n}0', e: '${env.E}'}\n"
      "models:\n  m:\n    cmd: x ${PORT}\n    metadata: " +
          marked + "\n",
      environment);
}

std::string json(const std::string& value, const Environment& environment = {}) {
  const Loaded loaded = metadata("{v: " + value + "}", environment);
  EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << value;
  const std::string whole = loaded.model().metadata;
  return whole.substr(5, whole.size() - 6);
}

TEST(FreeForm, KeepsTypes) {
  EXPECT_EQ(json("5"), "5");
  EXPECT_EQ(json("-5"), "-5");
  EXPECT_EQ(json("+5"), "5");
  EXPECT_EQ(json("0"), "0");
  EXPECT_EQ(json("0x1F"), "31");
  EXPECT_EQ(json("18446744073709551616"), "18446744073709551616");
  EXPECT_EQ(json("1.10"), "1.10");
  EXPECT_EQ(json(".5"), "0.5");
  EXPECT_EQ(json("-.5"), "-0.5");
  EXPECT_EQ(json("1."), "1.0");
  EXPECT_EQ(json("1e3"), "1e3");
  EXPECT_EQ(json("1.5E-3"), "1.5E-3");
  EXPECT_EQ(json("00.5"), "0.5");
  EXPECT_EQ(json("true"), "true");
  EXPECT_EQ(json("False"), "false");
  EXPECT_EQ(json("null"), "null");
  EXPECT_EQ(json("~"), "null");
  EXPECT_EQ(json(""), "null");
  EXPECT_EQ(json("!!int '5'"), "5");
}

TEST(FreeForm, AllElseIsText) {
  EXPECT_EQ(json("word"), R"("word")");
  EXPECT_EQ(json("'5'"), R"("5")");
  EXPECT_EQ(json("\"true\""), R"("true")");
  EXPECT_EQ(json("!!str 5"), R"("5")");
  EXPECT_EQ(json("yes"), R"("yes")");
  EXPECT_EQ(json("2024-01-02"), R"("2024-01-02")");
  EXPECT_EQ(json("12:30"), R"("12:30")");
  EXPECT_EQ(json("1.2.3"), R"("1.2.3")");
  EXPECT_EQ(json("e5"), R"("e5")");
  EXPECT_EQ(json("."), R"(".")");
  EXPECT_EQ(json("\"a\\\"b\\\\\\n\\u0001é\""), R"("a\"b\\\n\u0001é")");
}

TEST(FreeForm, KeepsListsAndMappingsInOrder) {
  EXPECT_EQ(json("[1, [], {}, {z: 1, a: [x, ~]}]"), R"([1,[],{},{"z":1,"a":["x",null]}])");
}

TEST(FreeForm, ExpandsMacrosWithTheirTypes) {
  EXPECT_EQ(json("'${n}'"), "5");
  EXPECT_EQ(json("${f}"), "1.10");
  EXPECT_EQ(json("\"${b}\""), "true");
  EXPECT_EQ(json("'${t}'"), R"("7")");
  EXPECT_EQ(json("'${nested}'"), "5");
  EXPECT_EQ(json("'${two}'"), R"("50")");
  EXPECT_EQ(json("'${n}${n}'"), R"("55")");
  EXPECT_EQ(json("x${n}"), R"("x5")");
  EXPECT_EQ(json("1${n}"), R"("15")");
  EXPECT_EQ(json("[{a: '${w}'}]"), R"([{"a":"word"}])");
  EXPECT_EQ(json("'${MODEL_ID}'"), R"("m")");
  EXPECT_EQ(json("{'${w}': 1}"), R"({"${w}":1})");  // never in keys
}

TEST(FreeForm, TheEnvironmentIsTypedUnlessQuoted) {
  EXPECT_EQ(json("${env.E}", {{"E", "5"}}), "5");
  EXPECT_EQ(json("'${env.E}'", {{"E", "5"}}), R"("5")");
  EXPECT_EQ(json("'${e}'", {{"E", "5"}}), R"("5")");
  EXPECT_EQ(json("${env.E}", {{"E", "a\xff\"b"}}), "\"a\xef\xbf\xbd\\\"b\"");
}

TEST(FreeForm, RefusesNumbersThatReadersDispute) {
  for (const char* text : {"010", "-010", "1_000", "0o17", "0b11", "00"}) {
    const Loaded loaded = metadata("{v: $v[[" + std::string(text) + "]]}");
    EXPECT_THAT(
        loaded.diagnostics(),
        ElementsAre(AllOf(error(loaded.at("v"), "not the same number to all readers"), hint("quotes"))))
        << text;
  }
  for (const char* text : {".inf", "-.INF", ".nan"}) {
    const Loaded loaded = metadata("{v: $v[[" + std::string(text) + "]]}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "no number in JSON"))) << text;
  }
  for (const char* text : {"1e999", "0xFFFFFFFFFFFFFFFFF"}) {
    const Loaded loaded = metadata("{v: $v[[" + std::string(text) + "]]}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "too large"))) << text;
  }
}

TEST(FreeForm, ReportsEveryBadMacro) {
  const Loaded loaded = metadata("{a: [$a[[${nope}]]], b: {c: '$b[[${PORT}]]'}, d: '$d[[${PID}]]'}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "unknown macro ${nope}"),
                          error(loaded.at("b"), "${PORT} is only available in"),
                          error(loaded.at("d"), "${PID} is only available in cmdStop")));
}

TEST(FreeForm, MustBeAMapping) {
  for (const auto& [value, kind] : {std::pair{"[a]", "a list"}, std::pair{"text", "text"}}) {
    const Loaded loaded = metadata("$v[[" + std::string(value) + "]]");
    EXPECT_THAT(loaded.diagnostics(),
                ElementsAre(error(loaded.at("v"), std::string("'metadata' must be a mapping, not ") + kind)));
  }
  EXPECT_EQ(metadata("").model().metadata, "");
  EXPECT_EQ(metadata("{}").model().metadata, "");
}

TEST(FreeForm, IsBounded) {
  std::string aliases = "{a: &a " + std::string(200'000, 'x') + ", b: [*a, *a, *a, *a, *a, *a]}";
  const Loaded loaded = metadata("$v[[" + aliases + "]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "longer than 1 MiB")));
}

TEST(FreeForm, JsonNumbers) {
  EXPECT_EQ(*json_number(""), "");
  EXPECT_EQ(*json_number("-"), "");
  EXPECT_EQ(*json_number("0x"), "");
  EXPECT_EQ(*json_number("1e"), "");
  EXPECT_EQ(*json_number("1e+"), "");
  EXPECT_EQ(*json_number("+1.e+05"), "1.0e+05");
  EXPECT_EQ(*json_number("-0x10"), "-16");
}

}  // namespace
}  // namespace paddock::config
