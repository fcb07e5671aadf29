#include <cstdlib>

#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

json without_created(json entry) {
  EXPECT_GT(entry.value("created", 0), 1'700'000'000);
  entry.erase("created");
  return entry;
}

TEST(OpenAiModels, SortedListedOnlyAndInLlamaSwapsShape) {
  Bench bench;
  for (const char* path : {"/v1/models", "/models"}) {
    const json answer = bench.json("GET", path);
    EXPECT_EQ(answer["object"], "list");
    const json data = answer["data"];
    ASSERT_EQ(data.size(), 3u);
    EXPECT_EQ(without_created(data[0]), json::parse(R"({"id": "a", "object": "model", "owned_by": "paddock",
      "meta": {"llamaswap": {"type": "model"}}, "status": {"value": "unloaded"}})"));
    EXPECT_EQ(data[1]["meta"]["llamaswap"]["aliases"], json({"bee"}));
    EXPECT_EQ(without_created(data[2]), json::parse(R"({"id": "org/m", "object": "model",
      "owned_by": "paddock", "name": "The M", "description": "from org",
      "meta": {"llamaswap": {"type": "model"}}, "status": {"value": "unloaded"}})"));
  }
}

TEST(OpenAiModels, LoadedOnesSaySo) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(bench.json("GET", "/v1/models")["data"][0]["status"]["value"], "loaded");
}

TEST(OpenAiModels, LoadingOnesAndFailedOnesSaySo) {
  Bench bench;
  const auto status = [&] { return bench.json("GET", "/v1/models/a")["status"]; };
  bench.script.becomes_ready = false;
  const auto load = bench.start("POST", "/api/models/a/load");
  EXPECT_EQ(status(), (json{{"value", "loading"}}));
  bench.call("POST", "/api/models/a/cancel");
  EXPECT_EQ(status(), (json{{"value", "unloaded"}}));
  process::StartFailure failure;
  failure.kind = process::FailureClass::kFileMissing;
  failure.exit.code = 7;
  bench.script.fails_with = failure;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(status(), (json{{"value", "unloaded"}, {"failed", true}, {"exit_code", 7}}));
}

TEST(OpenAiModels, OneByAnyOfItsNames) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/v1/models/org/m"), bench.json("GET", "/v1/models")["data"][2]);
  EXPECT_EQ(bench.json("GET", "/v1/models/org%2Fm")["id"], "org/m");
  EXPECT_EQ(bench.json("GET", "/models/org/m")["id"], "org/m");
  EXPECT_EQ(bench.json("GET", "/v1/models/hidden")["id"], "hidden");
  const json alias = bench.json("GET", "/v1/models/bee");
  EXPECT_EQ(alias["id"], "bee");
  EXPECT_EQ(alias["meta"]["llamaswap"], (json{{"type", "alias"}, {"modelID", "b"}}));
  EXPECT_EQ(bench.error("GET", "/v1/models/nope"), "404 model_not_found");
}

TEST(OpenAiModels, RemembersWhatServersHaveSaid) {
  Bench bench;
  bench.facts.set(ModelId("a"), {4096, false, false});
  EXPECT_EQ(bench.json("GET", "/v1/models")["data"][0]["meta"]["n_ctx"], 4096);
  EXPECT_FALSE(bench.json("GET", "/v1/models/b").contains("context_length"));
}

TEST(OpenAiModels, CommandsAreReadOnceForAConfiguration) {
  Bench bench;
  ASSERT_EQ(::setenv("LLAMA_ARG_CTX_SIZE", "512", 1), 0);
  EXPECT_FALSE(bench.json("GET", "/v1/models/a").contains("context_length")) << "read again for an answer";
  Bench later;
  ::unsetenv("LLAMA_ARG_CTX_SIZE");
  EXPECT_EQ(later.json("GET", "/v1/models/a")["context_length"], 512);
}

std::shared_ptr<config::Config> with_peers_and_selectors() {
  auto config = std::make_shared<config::Config>();
  config->models = {make_model("a"), make_model("b")};
  config->models[1].aliases = {"bee"};
  config->peers.resize(1);
  config->peers[0].id = "far";
  config->peers[0].models = {"org/x", "y"};
  config->selectors.resize(3);
  config->selectors[0] = {
      "best", config::Strategy::kPin, {"a", "bee"}, 1, {}, "Best", "", false, R"({"tier":1})", {}};
  config->selectors[1] = {"warm", config::Strategy::kWarm, {"a", "bee"}, 1, {}, "", "", false, "", {}};
  config->selectors[2] = {"quiet", config::Strategy::kSpillover, {"a", "far/y"}, 3, {}, "", "", true, "", {}};
  config->profiles.resize(1);
  config->profiles[0].name = "day";
  config->profiles[0].pins = {{"gpt-4", "bee"}, {"gpt-5", "far/y"}, {"gpt-6", ""},  {"a", "b"},
                              {"bee", "a"},     {"warm", "a"},      {"quiet", "a"}, {"y", "a"}};
  return config;
}

TEST(OpenAiModels, PeersAndSelectors) {
  Bench bench(with_peers_and_selectors());
  bench.call("POST", "/api/models/b/load");
  const json data = bench.json("GET", "/v1/models")["data"];
  std::vector<std::string> ids;
  for (const json& one : data) ids.push_back(one["id"]);
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "b", "best", "far/org/x", "far/y", "warm"}));
  EXPECT_EQ(without_created(data[2]), json::parse(R"({"id": "best", "object": "model", "owned_by": "paddock",
    "name": "Best", "meta": {"llamaswap": {"type": "selector", "strategy": "pin", "targets": ["a", "bee"],
    "tier": 1}}, "status": {"value": "unloaded"}})"));
  EXPECT_EQ(without_created(data[3]), json::parse(R"({"id": "far/org/x", "object": "model",
    "owned_by": "paddock", "name": "far: org/x", "meta": {"llamaswap": {"type": "peer", "peerID": "far"}},
    "status": {"value": "unloaded"}})"));
  EXPECT_EQ(data[5]["status"]["value"], "loaded") << "by its second target, under an alias";
  EXPECT_EQ(bench.json("GET", "/v1/models/quiet")["meta"]["llamaswap"]["spillover"], 3);
  EXPECT_EQ(bench.json("GET", "/v1/models/far/org/x"), data[3]);
}

TEST(OpenAiModels, PinsOfTheActiveProfile) {
  Bench bench(with_peers_and_selectors());
  EXPECT_EQ(bench.error("GET", "/v1/models/gpt-4"), "404 model_not_found");
  bench.call("POST", "/api/models/b/load");
  bench.call("PUT", "/api/profiles/active", {}, R"({"name": "day"})");
  const json data = bench.json("GET", "/v1/models")["data"];
  json pins = json::array();
  for (const json& one : data)
    if (one["meta"]["llamaswap"]["type"] == "profile") pins.push_back(one);
  ASSERT_EQ(pins.size(), 2u) << "names that are something anyway are listed as that";
  EXPECT_EQ(without_created(pins[0]), json::parse(R"({"id": "gpt-4", "object": "model", "owned_by": "paddock",
    "meta": {"llamaswap": {"type": "profile", "profile": "day", "target": "bee"}},
    "status": {"value": "loaded"}})"));
  EXPECT_EQ(pins[1]["id"], "gpt-5");
  EXPECT_EQ(pins[1]["status"]["value"], "unloaded");
  EXPECT_EQ(bench.json("GET", "/v1/models/gpt-4"), pins[0]);
}

TEST(OpenAiModels, AliasesAreEntriesWhereTheFileSaysSo) {
  auto config = std::make_shared<config::Config>();
  config->models = {make_model("b"), make_model("z"), make_model("hidden")};
  config->models[0].aliases = {"y", "z", "b", "a"};  // one is the id of another model, one is its own id
  config->models[2].aliases = {"secret"};
  config->models[2].unlisted = true;
  config->include_aliases_in_list = true;
  Bench bench(config);
  std::vector<std::string> names;
  const json data = bench.json("GET", "/v1/models")["data"];
  for (const json& entry : data) {
    names.push_back(entry["id"].get<std::string>() + " " +
                    entry["meta"]["llamaswap"]["type"].get<std::string>());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a alias", "b model", "y alias", "z model"}));
}

TEST(OpenAiModels, AKeySeesItsModelsOnly) {
  Bench bench;
  bench.caller.models = {"org/m", "hidden"};
  const json data = bench.json("GET", "/v1/models")["data"];
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["id"], "org/m");
}

TEST(Running, ShowsWhatIsNotStopped) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/running"), (json{{"running", json::array()}}));
  bench.call("POST", "/api/models/org%2Fm/load");
  const json running = bench.json("GET", "/running")["running"];
  ASSERT_EQ(running.size(), 1u);
  const json launch = bench.json("GET", "/api/models/org/m")["launch"];
  const std::string port = std::to_string(launch["port"].get<int>());
  EXPECT_EQ(running[0], (json{{"model", "org/m"},
                              {"state", "ready"},
                              {"cmd", "server --port " + port},
                              {"proxy", "http://127.0.0.1:" + port},
                              {"ttl", 60},
                              {"name", "The M"},
                              {"description", "from org"}}));
}

}  // namespace
}  // namespace paddock::api
