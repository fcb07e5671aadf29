// The keys of one model, and the rules over all models.
#include <gmock/gmock.h>

#include "load_support.h"
#include "tests/support/first_customer.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

TEST(LoadModel, FillsInTheDefaults) {
  const Loaded loaded = load_model("    cmd: server --port ${PORT}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const ModelConfig& model = loaded.model();
  EXPECT_EQ(model.id.str(), "m");
  EXPECT_EQ(model.pos, loaded.at("model"));
  EXPECT_THAT(texts(model.argv), ElementsAre("server", "--port", "${PORT}"));
  EXPECT_EQ(model.argv[2].bind(5801), "5801");
  EXPECT_EQ(model.cmd.text, "server --port ${PORT}");
  EXPECT_EQ(model.proxy.bind(5801), "http://localhost:5801");
  EXPECT_EQ(model.check_endpoint, "/health");
  EXPECT_EQ(model.ttl, seconds(0));
  EXPECT_EQ(model.unload_timeout, seconds(10));
  EXPECT_THAT(model.env, IsEmpty());
  EXPECT_THAT(model.aliases, IsEmpty());
  EXPECT_EQ(model.name, "");
  EXPECT_FALSE(model.unlisted);
}

TEST(LoadModel, ReadsAllKeys) {
  const Loaded loaded = load_model(R"(    cmd: "'my server' -m 'a b'"
    env: [A=1, "B=${PORT}", C=x=y]
    proxy: http://127.0.0.1:9000/base
    checkEndpoint: ready
    ttl: 30
    unloadTimeout: 4
    aliases: [gpt-4, 1.10, yes]
    name: Nice
    description: 12
    unlisted: Yes
    useModelName: real
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const ModelConfig& model = loaded.model();
  EXPECT_THAT(texts(model.argv), ElementsAre("my server", "-m", "a b"));
  EXPECT_THAT(texts(model.env), ElementsAre("A=1", "B=${PORT}", "C=x=y"));
  EXPECT_EQ(model.proxy.text, "http://127.0.0.1:9000/base");
  EXPECT_EQ(model.check_endpoint, "/ready");
  EXPECT_EQ(model.ttl, seconds(30));
  EXPECT_EQ(model.unload_timeout, seconds(4));
  EXPECT_THAT(model.aliases, ElementsAre("gpt-4", "1.10", "yes"));
  EXPECT_EQ(model.name, "Nice");
  EXPECT_EQ(model.description, "12");
  EXPECT_TRUE(model.unlisted);
  EXPECT_EQ(model.use_model_name, "real");
}

TEST(LoadModel, NullKeepsDefaultsAndEmptiesLists) {
  const Loaded loaded = load_model(
      "    cmd: x ${PORT}\n    env:\n    proxy: ~\n    checkEndpoint:\n    ttl: null\n    aliases:\n    "
      "unlisted:\n"
      "    name:\n    macros:\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().check_endpoint, "/health");
  EXPECT_EQ(loaded.model().proxy.text, "http://localhost:${PORT}");
}

TEST(LoadModel, NeedsACommand) {
  const Loaded missing = load_model("    ttl: 1\n");
  EXPECT_THAT(missing.diagnostics(), ElementsAre(error(missing.at("model"), "model 'm' has no 'cmd'")));
  const Loaded null_model = load("models:\n  $model[[m]]:\n  n: {cmd: 'x ${PORT}'}\n");
  EXPECT_THAT(null_model.diagnostics(), ElementsAre(error(null_model.at("model"), "has no 'cmd'")));
  const Loaded null_cmd = load_model("    $k[[cmd]]:\n    ttl: 1\n");
  EXPECT_THAT(null_cmd.diagnostics(), ElementsAre(error(null_cmd.at("k"), "'cmd' is empty")));
  for (const char* empty : {"''", "'  '", "|\n      # only a comment\n", "\"''\"",
                            "|\n      # a comment\n      \\\n", "\"\\\\\\n\""}) {
    const Loaded loaded = load_model(std::string("    $k[[cmd]]: ") + empty + "\n");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("k"), "'cmd' names no program"))) << empty;
  }
}

TEST(LoadModel, MustBeAMapping) {
  const Loaded loaded = load("models:\n  m: $v[[server]]\n  n: $w[[[server]]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("v"), "model 'm' must be a mapping, not text"),
                          error(loaded.at("w"), "model 'n' must be a mapping, not a list")));
}

TEST(LoadModel, ReportsValuesOfTheWrongKind) {
  const Loaded loaded = load_model(
      "    cmd: $a[[[x, y]]]\n    env: $b[[A=1]]\n    aliases: [ok, $c[[[no]]], $d[[~]]]\n    unlisted: "
      "$e[[maybe]]\n"
      "    ttl: $f[[soon]]\n    name: $g[[{a: b}]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'cmd' must be text, not a list"),
                          error(loaded.at("b"), "'env' must be a list, not text"),
                          error(loaded.at("c"), "an entry of 'aliases' must be text, not a list"),
                          error(loaded.at("d"), "an entry of 'aliases' must be text, not null"),
                          error(loaded.at("e"), "'unlisted' must be true or false, not 'maybe'"),
                          error(loaded.at("f"), "'ttl' must be a whole number, not 'soon'"),
                          error(loaded.at("g"), "'name' must be text, not a mapping")));
}

TEST(LoadModel, AcceptsAllSpellingsOfBooleans) {
  for (const char* yes : {"true", "yes", "on", "y", "True", "ON", "'yes'"}) {
    EXPECT_TRUE(load_model(std::string("    cmd: x ${PORT}\n    unlisted: ") + yes).model().unlisted) << yes;
  }
  for (const char* no : {"false", "no", "off", "n", "False", "N"}) {
    EXPECT_FALSE(load_model(std::string("    cmd: x ${PORT}\n    unlisted: ") + no).model().unlisted) << no;
  }
}

TEST(LoadModel, PointsAtTheQuoteThatIsNotClosed) {
  const Loaded plain = load_model("    cmd: server $q[['a b]] ${PORT}\n");
  EXPECT_THAT(plain.diagnostics(), ElementsAre(error(plain.at("q"), "never closed")));
  const Loaded block = load_model(
      "    cmd: |\n      # it's a comment\n      server \\\n        --port ${PORT} $q[[\"a]]\n        b\n");
  EXPECT_THAT(block.diagnostics(), ElementsAre(error(block.at("q"), "never closed")));
  const Loaded folded = load_model("    cmd: >\n      server\n      --x\n\n      é $q[['a]]\n");
  EXPECT_THAT(folded.diagnostics(), ElementsAre(error(folded.at("q"), "never closed")));
  const Loaded many_lines = load_model("    cmd: server\n      --port ${PORT}\n      $q[['a]]\n");
  EXPECT_THAT(many_lines.diagnostics(), ElementsAre(error(many_lines.at("q"), "never closed")));
  // After an escape the source is no longer the value: the start of the text is all we know.
  const Loaded escaped = load_model("    cmd: $q[[\"server \\\"a\"]]\n");
  EXPECT_THAT(escaped.diagnostics(), ElementsAre(error(escaped.at("q"), "never closed")));
}

TEST(LoadModel, PointsAtTheMacroThatBringsTheQuote) {
  const Loaded loaded = load("macros: {q: \"it's\"}\nmodels: {m: {cmd: \"run ${PORT} $m[[${q}]] now\"}}");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("m"), "never closed")));
  const Loaded behind = load("macros: {q: long_text}\nmodels: {m: {cmd: \"run ${q} ${PORT} $m[[']]\"}}");
  EXPECT_THAT(behind.diagnostics(), ElementsAre(error(behind.at("m"), "never closed")));
}

TEST(LoadModel, DropsCommentLinesBeforeMacrosAreLookedAt) {
  const Loaded loaded = load_model(R"(    cmd: |
      server --port ${PORT}
      # --old ${env.NOT_SET} ${no_macro} 'open
        # indented
      --new
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model().argv), ElementsAre("server", "--port", "${PORT}", "--new"));
  EXPECT_EQ(loaded.model().cmd.text, "server --port ${PORT}\n--new\n");
}

TEST(LoadModel, ChecksTheEntriesOfEnv) {
  const Loaded loaded =
      load_model("    cmd: x ${PORT}\n    env:\n    - A=1\n    - $a[[NOPE]]\n    - $b[[=x]]\n    - E=\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("a"), "must be NAME=value, not 'NOPE'"),
                                                error(loaded.at("b"), "must be NAME=value, not '=x'")));
}

TEST(LoadModel, ChecksTheProxy) {
  const Loaded loaded = load(R"(models:
  a: {cmd: x, proxy: "$a[[https://h]]"}
  b: {cmd: x, proxy: $b0[[http://]]$b[[u@h]]}
  c: {cmd: x, proxy: 'http://h/$c[[?q=1]]'}
  d: {cmd: x, proxy: 'http://h:$d[[99999]]'}
)");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'proxy': this build cannot talk https"),
                          error(loaded.at("b"), "user or a password"), error(loaded.at("c"), "query"),
                          error(loaded.at("d"), "port of the URL")));
}

TEST(LoadModel, WantsThePortInTheCommandIfTheProxyHasIt) {
  const Loaded given = load_model("    cmd: x\n    proxy: http://h:$p[[${PORT}]]/\n");
  EXPECT_THAT(given.diagnostics(), ElementsAre(error(given.at("p"), "only available when used in cmd")));
  const Loaded missing = load_model("    $k[[cmd]]: x\n");
  EXPECT_THAT(missing.diagnostics(), ElementsAre(warning(missing.at("k"), "the default proxy")));
  EXPECT_NE(missing.result.config, nullptr);
  EXPECT_THAT(load_model("    cmd: x\n    env: ['P=${PORT}']\n").diagnostics(), IsEmpty());
  EXPECT_THAT(load_model("    cmd: x ${PORT}\n    proxy: http://h:80\n").diagnostics(), IsEmpty());
  EXPECT_THAT(load_model("    cmd: x\n    proxy: http://h:80\n").diagnostics(), IsEmpty());
  // What could not be read may have held it.
  EXPECT_EQ(load_model("    cmd: x ${nope}\n").diagnostics().size(), 1u);
  EXPECT_EQ(load_model("    cmd: x\n    proxy: http://h:${nope}\n").diagnostics().size(), 1u);
  EXPECT_EQ(load_model("    cmd: x\n    env: ['P=${nope}']\n").diagnostics().size(), 1u);
}

TEST(LoadModel, ReadsTheCheckEndpoint) {
  const auto endpoint = [](const std::string& value) {
    return load_model("    cmd: x ${PORT}\n    checkEndpoint: " + value).model().check_endpoint;
  };
  EXPECT_EQ(endpoint("/"), "/");
  EXPECT_EQ(endpoint("' none '"), "");
  EXPECT_EQ(endpoint("up"), "/up");
  EXPECT_EQ(endpoint("http://h:80/up?x=1"), "/up?x=1");
  const Loaded port = load_model("    cmd: x ${PORT}\n    checkEndpoint: /$p[[${PORT}]]\n");
  EXPECT_THAT(port.diagnostics(), ElementsAre(error(port.at("p"), "${PORT} is only available in")));
  const Loaded blank = load_model("    cmd: x ${PORT}\n    checkEndpoint: $p[[/a b]]\n");
  EXPECT_THAT(blank.diagnostics(), ElementsAre(error(blank.at("p"), "blank")));
}

TEST(LoadModel, KeepsThePortOutOfOtherFields) {
  for (const char* key : {"name", "description", "useModelName", "ttl", "unlisted"}) {
    const Loaded loaded = load_model("    cmd: x ${PORT}\n    " + std::string(key) + ": $p[[${PORT}]]\n");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("p"), "${PORT} is only available in")))
        << key;
  }
}

TEST(LoadModel, AppliesTheGlobalTimes) {
  const Loaded loaded = load(R"(globalTTL: 60
unloadTimeout: 20
models:
  a: {cmd: 'x ${PORT}'}
  b: {cmd: 'x ${PORT}', ttl: -1, unloadTimeout: 0}
  c: {cmd: 'x ${PORT}', ttl: 0, unloadTimeout: 5}
)");
  EXPECT_EQ(loaded.model(0).ttl, seconds(60));
  EXPECT_EQ(loaded.model(1).ttl, seconds(60));
  EXPECT_EQ(loaded.model(2).ttl, seconds(0));
  EXPECT_EQ(loaded.model(0).unload_timeout, seconds(20));
  EXPECT_EQ(loaded.model(1).unload_timeout, seconds(20));
  EXPECT_EQ(loaded.model(2).unload_timeout, seconds(5));
  const Loaded bad = load_model("    cmd: x ${PORT}\n    ttl: $t[[-2]]\n    unloadTimeout: $u[[-1]]\n");
  EXPECT_THAT(bad.diagnostics(), ElementsAre(error(bad.at("t"), "'ttl' must be at least -1"),
                                             error(bad.at("u"), "'unloadTimeout' must be at least 0")));
}

TEST(LoadModel, KeepsNamesApart) {
  const Loaded loaded = load(R"(models:
  a: {cmd: 'x ${PORT}', aliases: [one, two, $twice[[two]]]}
  b: {cmd: 'x ${PORT}', aliases: [$taken[[one]], $id[[a]], $self[[b]], $empty[[""]]]}
)");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("twice"), "alias 'two' is already given in line 2"),
                          error(loaded.at("taken"), "alias 'one' is already given in line 2"),
                          warning(loaded.at("id"), "alias 'a' is the id of the model in line 2, which wins"),
                          warning(loaded.at("self"), "alias 'b' is the id of the model itself"),
                          error(loaded.at("empty"), "an alias is empty")));
}

TEST(LoadModel, WarnsOfIdsThatControlRoutesHide) {
  for (const char* id : {"unload", "a/load", "a/unload", "a/cancel", "a/restart", "a/b/launches"}) {
    const Loaded loaded = load("models: {$id[[" + std::string(id) + "]]: {cmd: 'x ${PORT}'}}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("id"), "control route"))) << id;
  }
  EXPECT_THAT(load("models: {load: {cmd: 'x ${PORT}'}, a/unloader: {cmd: 'x ${PORT}'}}").diagnostics(),
              IsEmpty());
  const Loaded empty = load("models: {$id[['']]: {cmd: 'x ${PORT}'}}");
  EXPECT_THAT(empty.diagnostics(), ElementsAre(error(empty.at("id"), "id is empty")));
}

TEST(LoadModel, KeepsIdsAsWritten) {
  const Loaded loaded =
      load("models:\n  1.10: {cmd: 'x ${PORT}'}\n  yes: {cmd: 'x ${PORT}'}\n  z/a b: {cmd: 'x ${PORT}'}\n");
  EXPECT_EQ(loaded.model(0).id.str(), "1.10");
  EXPECT_EQ(loaded.model(1).id.str(), "yes");
  EXPECT_EQ(loaded.model(2).id.str(), "z/a b");
}

TEST(LoadModel, GuessesAtUnknownKeys) {
  const Loaded unknown = load_model("    cmd: x ${PORT}\n    $k[[alias]]: [a]\n");
  EXPECT_THAT(unknown.diagnostics(),
              ElementsAre(AllOf(warning(unknown.at("k"), "unknown key"), hint("'aliases'"))));
}

TEST(LoadModel, ReadsTheFirstCustomersFile) {
  const Loaded loaded = load(test::first_customers_file());
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  ASSERT_EQ(loaded.config().models.size(), 3u);
  EXPECT_EQ(loaded.model(0).check_endpoint, "/");
  EXPECT_THAT(texts(loaded.model(1).env), ElementsAre("CUDA_VISIBLE_DEVICES=0,1"));
  EXPECT_EQ(loaded.model(0).argv.front().text, "/usr/local/bin/sd-server");
  EXPECT_EQ(loaded.model(0).argv.back().text, "--vae-tiling");
  EXPECT_EQ(loaded.model(2).argv.size(), 16u);
  EXPECT_THAT(loaded.model(2).cmd.text, HasSubstr("--flash-attn auto --cache-type-k"));
}

}  // namespace
}  // namespace paddock::config
