// The keys of a model beside its commands, texts and filters: blocks, limits, the stop command.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;
using testing::Contains;

// A model with these lines beside its command.
Loaded with(const std::string& lines) { return load_model("    cmd: x ${PORT}\n" + lines); }

TEST(LoadBlocks, ReadsAllKeys) {
  const Loaded loaded = with(R"(    cmdStop: "kill -2 ${PID} 'a b' ${PORT}"
    concurrencyLimit: 4
    metadata: {a: 1}
    sendLoadingState: true
    timeouts: {connect: 1, keepalive: 2, responseHeader: 3, tlsHandshake: 4, expectContinue: 5, idleConn: 0}
    compat: {ignoreWebsockets: true}
    capabilities: {in: [text, image, text], out: [audio], tools: true, reranker: yes, context: 4096}
)");
  EXPECT_NE(loaded.result.config, nullptr);
  const ModelConfig& model = loaded.model();
  EXPECT_THAT(texts(model.stop_argv), ElementsAre("kill", "-2", "${PID}", "a b", "${PORT}"));
  EXPECT_EQ(model.cmd_stop.text, "kill -2 ${PID} 'a b' ${PORT}");
  EXPECT_EQ(model.concurrency_limit, 4);
  EXPECT_EQ(model.metadata, R"({"a":1})");
  EXPECT_TRUE(model.send_loading_state);
  EXPECT_EQ(model.timeouts,
            (Timeouts{seconds(1), seconds(2), seconds(3), seconds(4), seconds(5), seconds(0)}));
  EXPECT_TRUE(model.ignore_websockets);
  EXPECT_EQ(model.capabilities, (Capabilities{{"text", "image"}, {"audio"}, true, true, 4096}));
}

TEST(LoadBlocks, NullAndNothingKeepTheDefaults) {
  const Loaded loaded = with(
      "    cmdStop:\n    concurrencyLimit:\n    metadata: ~\n    sendLoadingState:\n    timeouts: {connect: "
      "~}\n"
      "    compat:\n    capabilities: {in: ~, context: }\n    filters:\n    healthCheckTimeout:\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const ModelConfig& model = loaded.model();
  EXPECT_THAT(model.stop_argv, IsEmpty());
  EXPECT_EQ(model.concurrency_limit, 0);
  EXPECT_EQ(model.timeouts, Timeouts());
  EXPECT_EQ(model.capabilities, Capabilities());
  EXPECT_EQ(model.filters, Filters());
  EXPECT_FALSE(model.send_loading_state);
  EXPECT_FALSE(model.ignore_websockets);
}

TEST(LoadBlocks, ReportsValuesOfTheWrongKind) {
  const Loaded loaded = with(R"(    cmdStop: $a[[[stop]]]
    concurrencyLimit: $b[['4']]
    timeouts: $c[[[1]]]
    compat: $d[[yes]]
    capabilities: $e[[text]]
    sendLoadingState: $f[[maybe]]
    healthCheckTimeout: $g[[long]]
)");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(error(loaded.at("a"), "'cmdStop' must be text, not a list"),
                  error(loaded.at("b"), "'concurrencyLimit' must be a whole number, not text in quotes"),
                  error(loaded.at("c"), "'timeouts' must be a mapping, not a list"),
                  error(loaded.at("d"), "'compat' must be a mapping, not text"),
                  error(loaded.at("e"), "'capabilities' must be a mapping, not text"),
                  error(loaded.at("f"), "'sendLoadingState' must be true or false"),
                  error(loaded.at("g"), "'healthCheckTimeout' must be a whole number")));
}

TEST(LoadBlocks, GuessesAtUnknownKeysInside) {
  const Loaded loaded = with(
      "    timeouts: {$a[[conect]]: 1}\n    compat: {$b[[ignoreWebsocket]]: true}\n    capabilities: "
      "{$c[[tool]]: true}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("a"), "unknown key 'conect'"), hint("'connect'")),
                          AllOf(warning(loaded.at("b"), "unknown key"), hint("'ignoreWebsockets'")),
                          AllOf(warning(loaded.at("c"), "unknown key"), hint("'tools'"))));
}

TEST(LoadBlocks, ChecksTimeouts) {
  const Loaded loaded =
      with("    timeouts: {connect: $a[[-1]], idleConn: $b[[1000000001]], keepalive: $c[[1.5]]}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'timeouts.connect' must be at least 0, not -1"),
                          error(loaded.at("b"), "'timeouts.idleConn' must be at most 1000000000"),
                          error(loaded.at("c"), "'keepalive' must be a whole number")));
}

TEST(LoadBlocks, ChecksCapabilities) {
  const Loaded loaded =
      with("    capabilities: {in: [$a[[video]]], out: [text, $b[[Text]]], context: $c[[-1]]}\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(AllOf(error(loaded.at("a"), "unknown capability 'video'"), hint("text, audio or image")),
                  error(loaded.at("b"), "unknown capability 'Text'"),
                  error(loaded.at("c"), "'capabilities.context' must be at least 0")));
}

TEST(LoadBlocks, AConcurrencyLimitBelowZeroIsNone) {
  const Loaded loaded = with("    concurrencyLimit: $v[[-1]]\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("v"), "below 0, no limit")));
  EXPECT_EQ(loaded.model().concurrency_limit, 0);
}

TEST(LoadBlocks, ModelsTakeTheFilesLoadingState) {
  const Loaded loaded = load(
      "sendLoadingState: true\nmodels:\n  a: {cmd: 'x ${PORT}'}\n  b: {cmd: 'x ${PORT}', sendLoadingState: "
      "false}\n");
  EXPECT_TRUE(loaded.model(0).send_loading_state);
  EXPECT_FALSE(loaded.model(1).send_loading_state);
}

TEST(LoadBlocks, ModelsTakeTheFilesLogVerbosity) {
  const std::string models =
      "models:\n  a: {cmd: 'x ${PORT}'}\n  b: {cmd: 'x ${PORT}', logVerbosity: Auto}\n";
  EXPECT_EQ(load(models).model(0).log_verbosity, LogVerbosity::kReport);
  const Loaded keeps = load("logVerbosity: keep\n" + models);
  EXPECT_EQ(keeps.model(0).log_verbosity, LogVerbosity::kKeep);
  EXPECT_EQ(keeps.model(1).log_verbosity, LogVerbosity::kReport);
  const Loaded loaded = with("    logVerbosity: $v[[4]]\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(AllOf(error(loaded.at("v"), "'logVerbosity' '4' is not known"), hint("auto or keep"))));
}

TEST(LoadBlocks, ALeavingClientCancelsUnlessSaidOtherwise) {
  EXPECT_EQ(with("").model().on_disconnect, OnDisconnect::kCancel);
  EXPECT_EQ(with("    onDisconnect: cancel\n").model().on_disconnect, OnDisconnect::kCancel);
  EXPECT_EQ(with("    onDisconnect: Drain\n").model().on_disconnect, OnDisconnect::kDrain);
  const Loaded loaded = with("    onDisconnect: $v[[finish]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("v"), "'onDisconnect' 'finish' is not known"),
                                hint("cancel or drain"))));
}

TEST(LoadBlocks, TheGraceOfLoads) {
  const auto grace = [](const std::string& line) {
    return load(line + "\nmodels: {m: {cmd: 'x ${PORT}'}}\n").config().loading_grace;
  };
  EXPECT_EQ(grace(""), std::chrono::seconds(10));
  EXPECT_EQ(grace("loadingGrace: 3"), std::chrono::seconds(3));
  EXPECT_EQ(grace("loadingGrace: 250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(grace("loadingGrace: 0"), std::chrono::seconds(0));
  const Loaded bad = load("loadingGrace: $v[[-1s]]\n");
  EXPECT_THAT(bad.diagnostics(), ElementsAre(error(bad.at("v"), "'loadingGrace' must be at least 0")));
  const Loaded text = load("loadingGrace: $v[[soon]]\n");
  EXPECT_THAT(text.diagnostics(),
              ElementsAre(error(text.at("v"), "'loadingGrace' must be a length of time, not 'soon'")));
}

TEST(LoadBlocks, ComfyuiHasRulesOfItsOwn) {
  const auto comfyui = [](const std::string& lines) {
    return load("models:\n  comfyui_auto:\n    cmd: x ${PORT}\n" + lines).model();
  };
  EXPECT_TRUE(comfyui("").ignore_websockets);
  EXPECT_TRUE(comfyui("    compat: {ignoreWebsockets: false}\n").ignore_websockets);
  EXPECT_EQ(comfyui("").concurrency_limit, 0);
  EXPECT_EQ(comfyui("    concurrencyLimit: 3\n").concurrency_limit, 50);
  EXPECT_EQ(comfyui("    concurrencyLimit: 60\n").concurrency_limit, 60);
}

TEST(LoadBlocks, AStopCommandWithoutWordsIsNone) {
  for (const char* empty : {"''", "'  '", "|\n      # only a comment ${nope}\n"}) {
    const Loaded loaded = with(std::string("    cmdStop: ") + empty + "\n");
    EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << empty;
    EXPECT_THAT(loaded.model().stop_argv, IsEmpty()) << empty;
    EXPECT_EQ(loaded.model().cmd_stop.text, "") << empty;
  }
  const Loaded nameless = with("    $k[[cmdStop]]: \"''\"\n");
  EXPECT_THAT(nameless.diagnostics(), ElementsAre(error(nameless.at("k"), "'cmdStop' names no program")));
  const Loaded open = with("    cmdStop: stop $q[['a]]\n");
  EXPECT_THAT(open.diagnostics(), ElementsAre(error(open.at("q"), "never closed")));
}

TEST(LoadBlocks, TheStopCommandHasTheTimeOfTheUnloadUnlessItIsGivenItsOwn) {
  EXPECT_EQ(with("    unloadTimeout: 7\n    cmdStop: stop\n").model().stop_timeout, seconds(7));
  EXPECT_EQ(with("    unloadTimeout: 7\n    cmdStop: stop\n    cmdStopTimeout: 0\n").model().stop_timeout,
            seconds(7));
  const Loaded own = with("    unloadTimeout: 7\n    cmdStop: stop\n    cmdStopTimeout: 40\n");
  EXPECT_EQ(own.model().stop_timeout, seconds(40));
  EXPECT_EQ(own.model().unload_timeout, seconds(7));
  EXPECT_THAT(own.diagnostics(), IsEmpty());
  const Loaded bad = with("    cmdStop: stop\n    cmdStopTimeout: $v[[-1]]\n");
  EXPECT_THAT(bad.diagnostics(), ElementsAre(error(bad.at("v"), "'cmdStopTimeout' must be at least 0")));
  const Loaded alone = with("    $k[[cmdStopTimeout]]: 5\n");
  EXPECT_THAT(alone.diagnostics(), ElementsAre(warning(alone.at("k"), "no effect without a 'cmdStop'")));
}

TEST(LoadBlocks, ADetachedModelNeedsAStopCommandAndAHealthPath) {
  const Loaded good = with("    detached: true\n    cmdStop: docker stop m\n");
  EXPECT_THAT(good.diagnostics(), IsEmpty());
  EXPECT_TRUE(good.model().detached);
  EXPECT_FALSE(with("    detached: false\n    checkEndpoint: none\n").model().detached);
  const Loaded alone = with("    detached: $v[[true]]\n");
  EXPECT_THAT(alone.diagnostics(), ElementsAre(error(alone.at("v"), "'detached' needs a 'cmdStop'")));
  const Loaded blind = with("    detached: $v[[true]]\n    cmdStop: stop\n    checkEndpoint: none\n");
  EXPECT_THAT(blind.diagnostics(), ElementsAre(error(blind.at("v"), "'detached' needs a 'checkEndpoint'")));
  const Loaded wrong = with("    detached: $v[[docker]]\n");
  EXPECT_THAT(wrong.diagnostics(), ElementsAre(error(wrong.at("v"), "'detached' must be true or false")));
}

TEST(LoadBlocks, ThePidIsKnownInTheStopCommandOnly) {
  for (const char* key : {"cmd", "proxy", "name", "checkEndpoint"}) {
    const bool is_cmd = std::string(key) == "cmd";
    const Loaded loaded =
        load_model(std::string(is_cmd ? "" : "    cmd: x ${PORT}\n") + "    " + key + ": $p[[${PID}]]\n");
    EXPECT_THAT(loaded.diagnostics(),
                ElementsAre(error(loaded.at("p"), "${PID} is only available in cmdStop")))
        << key;
  }
  // Also through a macro.
  const Loaded macro = load(
      "models:\n  m:\n    macros: {stop: 'kill ${PID}'}\n    cmd: x ${PORT}\n    cmdStop: ${stop}\n    name: "
      "$n[[${stop}]]\n");
  EXPECT_THAT(macro.diagnostics(), Contains(error(macro.at("n"), "${PID} is only available in cmdStop")));
  const Loaded outside = load("logLevel: $p[[${PID}]]");
  EXPECT_THAT(outside.diagnostics(), ElementsAre(error(outside.at("p"), "only available in cmdStop")));
}

TEST(LoadBlocks, ThePortInTheStopCommandMustBeOneThatTheModelHas) {
  const Loaded loaded = load_model("    cmd: x\n    proxy: http://h:80\n    cmdStop: stop $p[[${PORT}]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(error(loaded.at("p"), "'cmdStop': ${PORT} is only available when used in cmd")));
  const Loaded env =
      load_model("    cmd: x\n    env: ['P=${PORT}']\n    proxy: http://h:80\n    cmdStop: s ${PORT}\n");
  EXPECT_NE(env.result.config, nullptr);
}

}  // namespace
}  // namespace paddock::config
