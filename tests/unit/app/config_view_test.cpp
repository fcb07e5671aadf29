#include "config_view.h"

#include <gtest/gtest.h>

#include "paddock/config/load.h"
#include "yaml_text.h"

namespace paddock::app {
namespace {

using namespace config;
using Json = nlohmann::ordered_json;

ModelConfig model(const std::string& id) {
  ModelConfig model;
  model.id = ModelId(id);
  model.argv = {{"x"}, {"${PORT}"}};
  model.cmd = {"x ${PORT}"};
  model.proxy = {"http://localhost:${PORT}"};
  return model;
}

TEST(ConfigView, DefaultsAreFilledIn) {
  Config config;
  config.models = {model("m")};
  EXPECT_EQ(to_yaml(view_of(config)), R"(logLevel: info
logToStdout: proxy
logVerbosity: auto
logBuffer: "4MiB"
healthCheckTimeout: 120
healthCheckTimeoutMax: 0
stallTimeout: 0
startPort: 5800
shutdownTimeout: 8
vramReleaseTimeout: 5
kvCache:
  save: "off"
  minTokens: 2048
  maxDisk: "10GiB"
  maxAge: "604800s"
  timeout: "10s"
prefetch: auto
maxConnections: 0
maxJsonBody: "64MiB"
maxBody: "512MiB"
bodyMemory: "1MiB"
bodyMemoryTotal: "512MiB"
loadingGrace: "10s"
includeAliasesInList: false
ollama:
  enabled: true
metricsMaxInMemory: 1000
captureBuffer: 0
ui:
  activity:
    session_id:
      - X-Session-ID
      - X-Litellm-Session-Id
performance:
  disabled: false
  every: "5s"
models:
  m:
    cmd: "x ${PORT}"
    proxy: "http://localhost:${PORT}"
    checkEndpoint: /health
    timeouts:
      connect: 30
      keepalive: 30
      responseHeader: 0
      tlsHandshake: 10
      expectContinue: 1
      idleConn: 90
    compat:
      ignoreWebsockets: false
    unlisted: false
    healthCheckTimeout: 120
    healthCheckTimeoutMax: 0
    stallTimeout: 0
    kvCache:
      save: "off"
      minTokens: 2048
      maxDisk: "10GiB"
      maxAge: "604800s"
      timeout: "10s"
    ttl: 0
    unloadTimeout: 10
    concurrencyLimit: 0
    priority: 0
    queueLimit: 1000
    pin: false
    sendLoadingState: false
    logVerbosity: auto
    onDisconnect: cancel
    capabilities:
      tools: false
      reranker: false
      context: 0
routing:
  router:
    use: group
  scheduler:
    settings:
      fair:
        maxWait: "30s"
        minResidency: "0s"
)");
}

TEST(ConfigView, EveryFieldOfAModel) {
  ModelConfig full = model("m");
  full.cmd_stop = {"kill ${PID}"};
  full.stop_argv = {{"kill"}, {"${PID}"}};
  full.env = {{"A=1"}, {"B=${PORT}"}};
  full.check_endpoint = "";
  full.name = "N";
  full.description = "D";
  full.aliases = {"a", "b"};
  full.use_model_name = "U";
  full.concurrency_limit = 2;
  full.priority = -3;
  full.queue_limit = 0;
  full.pin = true;
  full.on_disconnect = OnDisconnect::kDrain;
  full.detached = true;
  full.filters = {{"p", "q"}, {{"t", "0.5"}, {"u.v", "[1]"}}, {{"m:x", {{"t", "\"z\""}}}}};
  full.metadata = R"({"b":1,"a":{"n":null}})";
  full.capabilities = {{"text"}, {"image"}, true, false, 4096};
  Config config;
  config.models = {full};
  const Json view = view_of(config)["models"]["m"];
  EXPECT_EQ(view["cmdStop"], "kill ${PID}");
  EXPECT_EQ(view["cmdStopTimeout"], 10);
  EXPECT_EQ(view["detached"], true);
  EXPECT_EQ(view["env"], Json::parse(R"(["A=1", "B=${PORT}"])"));
  EXPECT_EQ(view["checkEndpoint"], "none");
  EXPECT_EQ(view["name"], "N");
  EXPECT_EQ(view["description"], "D");
  EXPECT_EQ(view["aliases"], Json::parse(R"(["a", "b"])"));
  EXPECT_EQ(view["useModelName"], "U");
  EXPECT_EQ(view["concurrencyLimit"], 2);
  EXPECT_EQ(view["priority"], -3);
  EXPECT_EQ(view["queueLimit"], 0);
  EXPECT_EQ(view["pin"], true);
  EXPECT_EQ(view["onDisconnect"], "drain");
  EXPECT_EQ(view["filters"].dump(),
            R"({"stripParams":"p, q","setParams":{"t":0.5,"u.v":[1]},"setParamsByID":{"m:x":{"t":"z"}}})");
  EXPECT_EQ(view["metadata"].dump(), full.metadata);
  EXPECT_EQ(view["capabilities"].dump(),
            R"({"in":["text"],"out":["image"],"tools":true,"reranker":false,"context":4096})");
}

TEST(ConfigView, Groups) {
  Config config;
  config.routing.router = Groups{{{"g", false, true, true, {ModelId("m"), ModelId("n")}, {}},
                                  {"(default)", true, true, false, {ModelId("o")}, {}}}};
  EXPECT_EQ(view_of(config)["routing"]["router"].dump(),
            R"({"use":"group","settings":{"groups":{"g":{"swap":false,"exclusive":true,"persistent":true,)"
            R"("members":["m","n"]}}}})");
}

TEST(ConfigView, Matrix) {
  Config config;
  config.routing.router =
      Matrix{{{"v", ModelId("m")}}, {{ModelId("m"), 7}}, {{"s", "v | n", {}}, {"r", "+s & o", {}}}};
  EXPECT_EQ(view_of(config)["routing"]["router"].dump(),
            R"({"use":"matrix","settings":{"matrix":{"vars":{"v":"m"},"evict_costs":{"m":7},)"
            R"("sets":{"s":"v | n","r":"+s & o"}}}})");
}

TEST(ConfigView, NamesBesideModels) {
  Config config;
  Peer peer;
  peer.id = "p";
  peer.proxy = "http://far:1";
  peer.models = {"x"};
  config.peers = {peer};
  Selector selector;
  selector.id = "s";
  selector.strategy = Strategy::kSpillover;
  selector.targets = {"m", "p/x"};
  selector.failover = {"p/y"};
  selector.metadata = "{}";
  config.selectors = {selector};
  config.profiles = {{"night", "quiet", {{"gpt", "m"}, {"off", ""}}, {}}};
  config.preload = {ModelId("m")};
  config.ignore_paths = {"\\.js$"};
  config.store_path = "/s.db";
  const Json view = view_of(config);
  EXPECT_EQ(view["peers"]["p"]["timeouts"]["responseHeader"], 60);
  EXPECT_EQ(view["peers"]["p"].count("apiKey"), 0u);
  EXPECT_EQ(
      view["selectors"].dump(),
      R"({"s":{"strategy":"spillover","targets":["m","p/x"],"failover":["p/y"],"settings":{"spillover":1},"unlisted":false,)"
      R"("metadata":{}}})");
  EXPECT_EQ(view["profiles"].dump(), R"({"night":{"description":"quiet","pins":{"gpt":"m","off":""}}})");
  EXPECT_EQ(view["hooks"].dump(), R"({"on_startup":{"preload":["m"]}})");
  EXPECT_EQ(view["upstream"].dump(), R"({"ignorePaths":["\\.js$"]})");
  EXPECT_EQ(view["store"].dump(), R"({"path":"/s.db"})");
}

// The header list means something when it is empty.
TEST(ConfigView, NoSessionHeaders) {
  Config config;
  config.session_id_headers.clear();
  EXPECT_EQ(view_of(config)["ui"].dump(), R"({"activity":{"session_id":[]}})");
}

TEST(ConfigView, Durations) {
  Config config;
  config.performance.every = std::chrono::milliseconds(7500);
  EXPECT_EQ(view_of(config)["performance"]["every"], "7500ms");
  config.routing.max_wait = std::chrono::milliseconds(1500);
  config.routing.min_residency = std::chrono::minutes(2);
  EXPECT_EQ(view_of(config)["routing"]["scheduler"].dump(),
            R"({"settings":{"fair":{"maxWait":"1500ms","minResidency":"120s"}}})");
}

TEST(ConfigView, ShowsNoSecret) {
  Config config;
  config.access.api_keys = {{"HUSH1"}, {"HUSH2", "page", {true, false, false}, {"m"}}};
  Peer peer;
  peer.id = "p";
  peer.api_key = "HUSH3";
  config.peers = {peer};
  ModelConfig secret = model("m");
  secret.cmd = {"x --api-key HUSH4 --dir HUSH5", "x --api-key *** --dir ***"};
  secret.cmd_stop = {"curl --token=HUSH6", "curl --token=***"};
  secret.env = {{"HF_TOKEN=HUSH7", "HF_TOKEN=***"}, {"D=HUSH8", "D=***"}};
  secret.proxy = {"http://HUSH9", "http://***"};
  secret.name = "HUSH10";
  secret.metadata = R"({"a":["HUSH11"]})";
  config.models = {secret};
  config.secret_paths = {"models.m.metadata.a.0", "models.m.name"};
  const Json view = view_of(config);
  EXPECT_EQ(view.dump().find("HUSH"), std::string::npos) << to_yaml(view);
  EXPECT_EQ(view["apiKeys"].dump(),
            R"(["***",{"key":"***","name":"page","roles":["infer"],"models":["m"]}])");
  EXPECT_EQ(view["models"]["m"]["cmd"], "x --api-key *** --dir ***");
}

TEST(ConfigView, LoadsAgainAndMeansTheSame) {
  constexpr const char* kSample = R"(macros: {bin: /usr/bin/llama-server, idle: 90}
globalTTL: 60
logLevel: WARN
logVerbosity: keep
startPort: 6000
healthCheckTimeoutMax: 700
shutdownTimeout: 20
vramReleaseTimeout: 7
prefetch: off
hooks: {on_startup: {preload: [one]}}
models:
  one:
    cmd: |
      ${bin} --port ${PORT} \
        --jinja
      --name 'a b'
    env: [A=1, 'B=x: y']
    aliases: [uno, "1", "yes"]
    ttl: ${idle}
    healthCheckTimeout: 300
    queueLimit: 5
    name: "  padded #1"
    metadata: {n: 1.5, deep: {list: [a, 2, null]}}
    filters: {stripParams: "b, a", setParams: {t: 0.5}, setParamsByID: {"${MODEL_ID}:hot": {t: 1}}}
  "two/x":
    cmd: ${bin}
    proxy: http://127.0.0.1:9000/base
    checkEndpoint: none
    healthCheckTimeoutMax: 0
    unlisted: true
groups:
  g: {swap: false, members: [one]}
routing: {scheduler: {settings: {fifo: {priority: {uno: 4}}, fair: {maxWait: 1m}}}}
peers:
  far: {proxy: "http://far:1", models: [x]}
selectors:
  any: {strategy: pin, targets: [one, far/x]}
profiles:
  night: {pins: {gpt: one, off: ""}}
)";
  const auto environment = [](const std::string&) { return std::nullopt; };
  const LoadResult first = load_text(kSample, "c.yaml", environment);
  ASSERT_NE(first.config, nullptr) << format(first.diagnostics.at(0));
  const std::string printed = to_yaml(view_of(*first.config));
  const LoadResult second = load_text(printed, "c.yaml", environment);
  ASSERT_NE(second.config, nullptr) << format(second.diagnostics.at(0)) << "\n" << printed;
  EXPECT_EQ(to_yaml(view_of(*second.config)), printed);
  EXPECT_EQ(second.config->routing.max_wait, std::chrono::minutes(1));
  ASSERT_EQ(second.config->models.size(), 2u);
  EXPECT_EQ(second.config->models[0].priority, 4);
  EXPECT_EQ(second.config->models[0].queue_limit, 5);
  EXPECT_EQ(second.config->models[0].argv, first.config->models[0].argv);
  EXPECT_EQ(second.config->models[0].aliases, first.config->models[0].aliases);
}

}  // namespace
}  // namespace paddock::app
