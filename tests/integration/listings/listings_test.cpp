// What there is, what runs, and what it says: listings and logs.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Listings, ModelsInOpenAiForm) {
  TestDaemon daemon(
      config_with({{"b", "", "name: Bee\ndescription: hums"}, {"a"}, {"hidden", "", "unlisted: true"}}));
  const Response response = get(daemon.port(), "/v1/models");
  EXPECT_EQ(response.head.header("content-type"), "application/json");
  const Json json = response.json();
  EXPECT_EQ(json["object"], "list");
  ASSERT_EQ(json["data"].size(), 2u);
  EXPECT_EQ(json["data"][0]["id"], "a");
  EXPECT_EQ(json["data"][0]["object"], "model");
  EXPECT_EQ(json["data"][1]["name"], "Bee");
  EXPECT_EQ(json["data"][1]["description"], "hums");
}

// Clients of llama.cpp and Open WebUI read these members; asking loads nothing.
TEST(Listings, TellsStateAndContextWithoutLoading) {
  TestDaemon daemon(config_with({{"a", "--health-gate g"}, {"b", "", "env: [LLAMA_ARG_CTX_SIZE=4096]"}}));
  const auto one = [&](const char* id) { return get(daemon.port(), std::string("/v1/models/") + id).json(); };
  EXPECT_EQ(one("b")["meta"]["n_ctx"], 4096);
  EXPECT_EQ(one("b")["context_length"], 4096);
  EXPECT_EQ(one("a")["status"]["value"], "unloaded");
  EXPECT_EQ(daemon.records().count("started"), 0u);
  auto answer = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.reaches("a", "starting"));
  EXPECT_EQ(one("a")["status"]["value"], "loading");
  daemon.release("a", "g");
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(one("a")["status"]["value"], "loaded");
}

TEST(Listings, OneModelByAnIdWithSlashes) {
  TestDaemon daemon(config_with({{"org/m"}}));
  EXPECT_EQ(get(daemon.port(), "/v1/models/org/m").json()["id"], "org/m");
  EXPECT_EQ(get(daemon.port(), "/v1/models/org%2Fm").json()["id"], "org/m");
  EXPECT_EQ(get(daemon.port(), "/v1/models/org").error_code(), "model_not_found");
}

TEST(Listings, UnlistedModelsStillServe) {
  TestDaemon daemon(config_with({{"hidden", "", "unlisted: true"}}));
  EXPECT_EQ(chat(daemon.port(), "hidden").status(), 200);
}

TEST(Listings, Running) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(get(daemon.port(), "/running").json()["running"], Json::array());
  chat(daemon.port(), "a");
  const Json running = get(daemon.port(), "/running").json()["running"];
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0]["state"], "ready");
  const std::string port = std::to_string(daemon.records().port_of("a"));
  EXPECT_NE(running[0]["proxy"].get<std::string>().find(port), std::string::npos);
  EXPECT_NE(running[0]["cmd"].get<std::string>().find("--port " + port), std::string::npos);
}

TEST(Listings, RunningWhileLoading) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 300"}}));
  auto answer = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.reaches("a", "starting"));
  EXPECT_EQ(get(daemon.port(), "/running").json()["running"][0]["state"], "starting");
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(daemon.state("a"), "ready");
}

TEST(Listings, Health) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
  EXPECT_EQ(ask(daemon.port(), make_request("HEAD", "/health")).status(), 200);
}

TEST(Logs, HistoryHasBothVoices) {
  TestDaemon daemon(config_with({{"a", "--log-line 'the model speaks'"}}));
  chat(daemon.port(), "a");
  EXPECT_TRUE(eventually([&] {
    const std::string text = get(daemon.port(), "/logs").body.bytes;
    return text.find("the model speaks") != std::string::npos &&
           text.find("listening on") != std::string::npos;
  }));
}

TEST(Logs, StreamFollows) {
  TestDaemon daemon(config_with({{"a", "--log-line 'a speaks'"}, {"b", "--log-line 'b speaks'"}}));
  RawClient all(daemon.port()), one(daemon.port());
  all.send(make_request("GET", "/logs/stream"));
  one.send(make_request("GET", "/logs/stream/b"));
  EXPECT_EQ(all.read_head().status, 200);
  EXPECT_EQ(one.read_head().status, 200);
  chat(daemon.port(), "a");
  chat(daemon.port(), "b");
  all.read_until("a speaks");
  all.read_until("b speaks");
  EXPECT_EQ(one.read_until("b speaks").find("a speaks"), std::string::npos);
}

TEST(Logs, StreamOfAnIdWithSlashes) {
  TestDaemon daemon(config_with({{"org/m", "--log-line 'm speaks'"}}));
  chat(daemon.port(), "org/m");
  for (const char* path : {"/logs/stream/org/m", "/logs/stream/org%2Fm"}) {
    SCOPED_TRACE(path);
    RawClient client(daemon.port());
    client.send(make_request("GET", path));
    EXPECT_EQ(client.read_head().status, 200);
    client.read_until("m speaks");
  }
  EXPECT_EQ(get(daemon.port(), "/logs/stream/nope").status(), 404);
}

TEST(Logs, FollowerThatNeverReadsHarmsNobody) {
  TestDaemon daemon(config_with({{"a", "--flood-log 20000000"}}));
  RawClient lazy(daemon.port(), 4096);
  lazy.send(make_request("GET", "/logs/stream/a"));
  EXPECT_EQ(lazy.read_head().status, 200);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.records().wait_for("flood_done", "a");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

}  // namespace
}  // namespace paddock::test
