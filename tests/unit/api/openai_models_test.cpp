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
