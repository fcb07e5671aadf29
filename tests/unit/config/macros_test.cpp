// Macros and the environment: order, scope, types, and what must not happen.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;

TEST(Macros, ReplaceTextInValues) {
  const Loaded loaded = load(R"(macros:
  bin: /opt/llama
  flags: "--a 1 --b"
  size: 010
models:
  m/x:
    cmd: ${bin}/server ${flags} -c ${size} -n ${MODEL_ID} -p ${PORT}
    name: "${MODEL_ID}!"
    aliases: ["${size}"]
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model().argv),
              ElementsAre("/opt/llama/server", "--a", "1", "--b", "-c", "010", "-n", "m/x", "-p", "${PORT}"));
  EXPECT_EQ(loaded.model().cmd.text, "/opt/llama/server --a 1 --b -c 010 -n m/x -p ${PORT}");
  EXPECT_EQ(loaded.model().name, "m/x!");
  EXPECT_THAT(loaded.model().aliases, ElementsAre("010"));
}

TEST(Macros, MayUseEarlierOnes) {
  const Loaded loaded =
      load(R"(macros: {a: 1, b: "${a}2", c: "${b}3${a}", port: "--port ${PORT}", id: "<${MODEL_ID}>"}
models: {m: {cmd: "x ${c} ${port} ${id}"}}
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model().argv), ElementsAre("x", "1231", "--port", "${PORT}", "<m>"));
}

TEST(Macros, MayNotUseLaterOnes) {
  const Loaded loaded = load("macros: {a: '${b}', b: 1}\nmodels: {m: {cmd: 'x ${PORT} $u[[${a}]]'}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("u"), "in macro ${a}: macro ${b} is declared after its use"),
                                hint("${a} is declared in line 1"))));
  EXPECT_THAT(load("macros: {a: '${b}', b: 1}").diagnostics(), IsEmpty());
}

TEST(Macros, OfAModelOverrideInTheFilesOrder) {
  const Loaded loaded = load(R"(macros: {dir: /all, file: "${dir}/f"}
models:
  a:
    macros: {dir: /mine, extra: "${file}.x"}
    cmd: x ${PORT} ${file} ${extra}
  b:
    cmd: x ${PORT} ${file}
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model(0).argv), ElementsAre("x", "${PORT}", "/mine/f", "/mine/f.x"));
  EXPECT_THAT(texts(loaded.model(1).argv), ElementsAre("x", "${PORT}", "/all/f"));
}

TEST(Macros, OfAModelAreItsOwn) {
  const Loaded loaded = load(
      "models:\n  a: {macros: {mine: 1}, cmd: 'x ${PORT} ${mine}'}\n  b: {cmd: 'x ${PORT} $u[[${mine}]]'}\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("u"), "unknown macro ${mine}")));
}

TEST(Macros, AreReadBeforeTheKeysThatUseThem) {
  const Loaded loaded = load("models: {m: {cmd: 'x ${PORT} ${a}${b}', macros: {a: 1}}}\nmacros: {b: 2}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().argv.back().text, "12");
}

TEST(Macros, KeepTheirType) {
  const Loaded loaded = load(R"(macros: {n: 42, q: "43", b: yes, p: 9000}
startPort: "${p}"
models:
  a: {cmd: "x ${PORT}", ttl: "${n}", unloadTimeout: "${q}", unlisted: "${b}"}
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.config().start_port, 9000);
  EXPECT_EQ(loaded.model().ttl, seconds(42));
  EXPECT_EQ(loaded.model().unload_timeout, seconds(43));
  EXPECT_TRUE(loaded.model().unlisted);
  const Loaded joined = load("macros: {n: 4}\nstartPort: $v[[\"${n}2\"]]\nunloadTimeout: ${n}2\n");
  EXPECT_THAT(joined.diagnostics(),
              ElementsAre(error(joined.at("v"), "must be a whole number, not text in quotes")));
  const Loaded wrong = load("macros: {n: x}\nstartPort: $v[[${n}]]\n");
  EXPECT_THAT(wrong.diagnostics(), ElementsAre(error(wrong.at("v"), "must be a whole number, not 'x'")));
}

TEST(Macros, AreCheckedWhereTheyAreDeclared) {
  const Loaded loaded = load(R"(macros:
  $a[[bad name]]: 1
  $b[[PORT]]: 1
  $c[[PID]]: 1
  $d[[MODEL_ID]]: 1
  list: $e[[[1]]]
  map: $f[[{a: b}]]
  $g[[none]]:
  self: a $h[[${self}]]
  env: a $i[[${env.NOT_SET}]]
  $j[[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]]: 1
models:
  m: {cmd: "x ${PORT} ${self} ${env} ${list}", macros: {own: $k[[[]]]}}
)");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(error(loaded.at("a"), "may hold only letters"), error(loaded.at("b"), "'PORT' is reserved"),
                  error(loaded.at("c"), "'PID' is reserved"), error(loaded.at("d"), "'MODEL_ID' is reserved"),
                  error(loaded.at("e"), "macro 'list' must be text, a number or a boolean, not a list"),
                  error(loaded.at("f"), "not a mapping"), error(loaded.at("g"), "not null"),
                  error(loaded.at("h"), "macro 'self' uses itself"),
                  error(loaded.at("i"), "'NOT_SET' is not set"), error(loaded.at("j"), "longer than 63"),
                  error(loaded.at("k"), "macro 'own' must be")));
}

TEST(Macros, AreGuessedAt) {
  const Loaded loaded = load(R"(macros: {model_dir: /m}
models: {m: {cmd: "x $a[[${modeldir}]] $b[[${PORTT}]] $c[[${HOME}]] $d[[${xyz}]] $e[[${PID}]]"}}
logLevel: $f[[${MODEL_ID}]]
startPort: $g[[${PORT}]]
)",
                             {{"HOME", "/root"}});
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(error(loaded.at("a"), "unknown macro ${modeldir}"), hint("did you mean ${model_dir}?")),
          AllOf(error(loaded.at("b"), "unknown macro ${PORTT}"), hint("did you mean ${PORT}?")),
          AllOf(error(loaded.at("c"), "unknown macro ${HOME}"), hint("did you mean ${env.HOME}?")),
          AllOf(error(loaded.at("d"), "unknown macro ${xyz}"), hint("declare it under macros")),
          error(loaded.at("e"), "${PID} is only available in cmdStop"),
          error(loaded.at("f"), "${MODEL_ID} is only available inside a model"),
          error(loaded.at("g"), "${PORT} is only available in")));
}

TEST(Macros, FindTheirPlaceInBlocks) {
  const Loaded loaded = load_model(
      "    cmd: |\n      # comment ${nope}\n      tool \\\n      \t\té ${PORT} $a[[${nope1}]]\n\n      "
      "$b[[${nope2}]]\n"
      "    env:\n    - &e !!str A=$c[[${nope3}]]\n    - \"B=ü$d[[${nope4}]]\"\n    - 'it''s ${nope5}'\n");
  std::vector<SourcePos> places;
  for (const Diagnostic& diagnostic : loaded.diagnostics()) places.push_back(diagnostic.pos);
  EXPECT_THAT(places,
              ElementsAre(loaded.at("a"), loaded.at("b"), loaded.at("c"), loaded.at("d"), testing::_));
}

TEST(Macros, FindTheirPlaceInEveryKindOfScalar) {
  for (const char* cmd :
       {"x ${PORT} $a[[${no}]]", "'x ${PORT} $a[[${no}]]'", "\"x ${PORT} $a[[${no}]]\"",
        "|- # note\n      x\n      $a[[${no}]]", "|2-\n        x\n      $a[[${no}]]",
        ">\n      x\n      y\n\n      $a[[${no}]] z", ">+\n\n      x   $a[[${no}]]\n\n",
        "x\n      y   $a[[${no}]]", "'x\n\n      y $a[[${no}]]'", "&a !!str x $a[[${no}]]"}) {
    const Loaded loaded = load_model(std::string("    cmd: ") + cmd + "\n");
    EXPECT_THAT(loaded.diagnostics(), testing::Contains(error(loaded.at("a"), "unknown macro"))) << cmd;
  }
  // Where an escape stands in front, the start of the scalar has to do.
  const Loaded escaped = load_model("    cmd: $a[[\"x \\t ${no}\"]]\n");
  EXPECT_THAT(escaped.diagnostics(), testing::Contains(error(escaped.at("a"), "unknown macro")));
}

TEST(Macros, LeaveOtherDollarsAlone) {
  const Loaded loaded = load_model("    cmd: x ${PORT} $HOME ${a.b} ${} ${A:-b} $${PORT} ${ PORT }\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().cmd.text, "x ${PORT} $HOME ${a.b} ${} ${A:-b} $${PORT} ${ PORT }");
}

TEST(Macros, PutNoNewPlaceholderTogether) {
  const Loaded loaded =
      load("macros: {a: '{env.SECRET}', d: $}\nmodels: {m: {cmd: 'x ${PORT} $${a} ${d}{a}'}}");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().cmd.text, "x ${PORT} ${env.SECRET} ${a}");
}

TEST(Macros, ExpandInFlowCollections) {
  const Loaded loaded = load(R"(macros: {x: one, y: two}
models: {m: {cmd: x ${PORT}, aliases: [${x}, a, ${y}-${x}], name: ${y}, env: [A=${env.E}, "B=${x}"]}}
)",
                             {{"E", "e"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.model().aliases, ElementsAre("one", "a", "two-one"));
  EXPECT_THAT(texts(loaded.model().env), ElementsAre("A=e", "B=one"));
  EXPECT_EQ(loaded.model().name, "two");
  const Loaded wrong =
      load("models: {m: {cmd: x ${PORT}, env: [A=${env.E}, é=$a[[${no}]], $b[[C]]]}}", {{"E", "e"}});
  EXPECT_THAT(wrong.diagnostics(),
              ElementsAre(error(wrong.at("a"), "unknown macro"), error(wrong.at("b"), "NAME=")));
}

TEST(Macros, AreNotExpandedInKeys) {
  const Loaded loaded = load("macros: {a: b}\nmodels: {\"${a}\": {cmd: 'x ${PORT}'}}");
  EXPECT_EQ(loaded.model().id.str(), "${a}");
}

TEST(Environment, IsDataAndNeverYaml) {
  const Loaded loaded = load(R"(models:
  m:
    cmd: x ${PORT} "${env.P}"
    name: ${env.INJECT}
    description: ${env.EMPTY}
    ttl: ${env.TTL}
)",
                             {{"P", "a b"}, {"INJECT", "x: [y] # {z} \"'"}, {"EMPTY", ""}, {"TTL", "7"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model().argv), ElementsAre("x", "${PORT}", "a b"));
  EXPECT_EQ(loaded.model().name, "x: [y] # {z} \"'");
  EXPECT_EQ(loaded.model().description, "");
  EXPECT_EQ(loaded.model().ttl, seconds(7));
}

TEST(Environment, ReportsWhatCannotBeUsed) {
  const Loaded loaded = load_model(
      "    cmd: x ${PORT} $a[[${env.NOT_SET}]] $b[[${env.LINES}]] $c[[${env.NUL}]] $d[[${env.MACRO}]] "
      "$e[[${env.1X}]] "
      "$f[[${env.A-B}]] # ${env.COMMENT}\n",
      {{"LINES", "a\nb"}, {"NUL", std::string("a\0b", 3)}, {"MACRO", "${PORT}"}});
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "environment variable 'NOT_SET' is not set"),
                          error(loaded.at("b"), "line break"), error(loaded.at("c"), "line break or a NUL"),
                          error(loaded.at("d"), "holds a placeholder"),
                          error(loaded.at("e"), "'1X' cannot be an environment variable"),
                          error(loaded.at("f"), "'A-B' cannot be an environment variable")));
}

TEST(Environment, OfTheProcessIsRead) {
  ASSERT_EQ(setenv("PADDOCK_TEST_VALUE", "v", 1), 0);
  EXPECT_EQ(process_environment()("PADDOCK_TEST_VALUE"), "v");
  EXPECT_EQ(process_environment()("PADDOCK_TEST_NO_VALUE"), std::nullopt);
}

std::string doubling_macros(int count) {
  std::string out = "macros:\n  a0: 0123456789\n";
  for (int i = 1; i <= count; ++i) {
    const std::string before = "${a" + std::to_string(i - 1) + "}";
    out += "  a" + std::to_string(i) + ": \"" + before + before + "\"\n";
  }
  return out;
}

TEST(MacroBounds, EndExpansionsThatGrow) {
  const Loaded loaded = load(doubling_macros(90) + "models: {m: {cmd: \"$u[[${a90}]]\"}}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("u"), "in macro ${a17}: its text is longer than 1 MiB")));
  const Loaded deep = load(doubling_macros(300) + "models: {m: {cmd: \"$u[[${a300}]]\"}}\n");
  EXPECT_THAT(deep.diagnostics(),
              ElementsAre(error(deep.at("u"), "in macro ${a200}: macros use each other more than 100 deep")));
}

TEST(MacroBounds, HoldForAllTextsTogether) {
  std::string text = doubling_macros(14) + "models:\n";
  for (int i = 0; i < 500; ++i)
    text += "  m" + std::to_string(i) + ": {cmd: 'x ${PORT}', name: \"${a14}\"}\n";
  const Loaded loaded = load(text);
  EXPECT_EQ(loaded.result.config, nullptr);
  ASSERT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_THAT(loaded.diagnostics()[0].message, testing::HasSubstr("longer than 64 MiB"));
}

TEST(MacroBounds, CountEmptyExpansionsToo) {
  std::string text = "macros:\n  a0: ''\n";
  for (int i = 1; i < 95; ++i) {
    const std::string before = "${a" + std::to_string(i - 1) + "}";
    text += "  a" + std::to_string(i) + ": \"" + before + before + before + "\"\n";
  }
  const Loaded loaded = load(text + "models: {m: {cmd: \"x ${PORT} ${a94}\"}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
}

}  // namespace
}  // namespace paddock::config
