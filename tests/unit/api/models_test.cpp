#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

TEST(Models, ListIsInTheOrderOfTheFile) {
  Bench bench;
  const json list = bench.json("GET", "/api/models")["models"];
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0]["id"], "b");
  EXPECT_EQ(list[1]["id"], "org/m");
  EXPECT_EQ(list[3]["unlisted"], true);
}

TEST(Models, OneByIdAliasAndEitherSlash) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/models/b")["id"], "b");
  EXPECT_EQ(bench.json("GET", "/api/models/bee")["id"], "b");
  EXPECT_EQ(bench.json("GET", "/api/models/org/m")["id"], "org/m");
  EXPECT_EQ(bench.json("GET", "/api/models/org%2Fm")["id"], "org/m");
}

TEST(Models, UnknownOnesNameTheNearest) {
  Bench bench;
  EXPECT_EQ(bench.error("GET", "/api/models/hiden"), "404 model_not_found");
  const json error = bench.json("GET", "/api/models/hiden")["error"];
  EXPECT_EQ(error["param"], "hiden");
  EXPECT_NE(error["message"].get<std::string>().find("`hidden`"), std::string::npos);
  EXPECT_EQ(bench.error("POST", "/api/models/nope/load"), "404 model_not_found");
  EXPECT_EQ(bench.error("GET", "/api/models/"), "400 model_missing");
  EXPECT_EQ(bench.error("GET", "/api/models/nope/launches"), "404 model_not_found");
}

TEST(Models, LoadAnswersWithTheReadyModel) {
  Bench bench;
  const json answer = bench.json("POST", "/api/models/org%2Fm/load");
  EXPECT_EQ(answer["model"]["id"], "org/m");
  EXPECT_EQ(answer["model"]["state"], "ready");
  EXPECT_EQ(bench.script.started, std::vector<std::string>{"org/m"});
}

TEST(Models, LoadByAliasSwapsLikeARequest) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(bench.json("POST", "/api/models/bee/load")["model"]["state"], "ready");
  EXPECT_EQ(bench.json("GET", "/api/models/a")["state"], "stopped");
}

TEST(Models, FailedLoadIsAnErrorWithDetail) {
  Bench bench;
  bench.script.fails_with = process::StartFailure{
      process::FailureClass::kExit, "a ended with exit code 3", {3, {}}, "boom", "x\nboom\n"};
  const http::Reply reply = bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(reply.status, 503);
  const json error = json::parse(reply.body)["error"];
  EXPECT_EQ(error["code"], "start_failed");
  EXPECT_EQ(error["param"], "a");
  EXPECT_EQ(error["detail"]["class"], "exit");
  EXPECT_EQ(error["detail"]["exit"], 3);
  const json launch = bench.json("GET", "/api/models/a/launches")["launches"][0];
  EXPECT_EQ(launch["failure"]["line"], "boom");
  EXPECT_EQ(launch["id"], launch["generation"]);
  EXPECT_EQ(launch["exit"], 3);
  EXPECT_EQ(launch["signal"], nullptr);
  EXPECT_EQ(launch["class"], "exit");
  EXPECT_EQ(launch["line"], "boom");
  EXPECT_EQ(launch["tail"], "x\nboom\n");
}

// A load asks at once, again and again; only requests are held back.
TEST(Models, AFailedLoadMayBeTriedAgainAtOnce) {
  Bench bench;
  bench.script.fails_with =
      process::StartFailure{process::FailureClass::kBadFlag, "a ended with exit code 1", {1, {}}, "no", ""};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.error("POST", "/api/models/a/load"), "503 start_failed");
  EXPECT_EQ(bench.script.started.size(), 3u);
  EXPECT_EQ(bench.json("GET", "/api/plan?model=a")["action"], "refuse");
}

TEST(Models, UnloadAnswersWhenTheProcessIsGone) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(bench.json("POST", "/api/models/a/unload?mode=now")["model"]["state"], "stopped");
  EXPECT_EQ(bench.script.stops, 1);
  EXPECT_EQ(bench.json("POST", "/api/models/a/unload")["model"]["state"], "stopped");
}

TEST(Models, UnloadKnowsTwoModes) {
  Bench bench;
  EXPECT_EQ(bench.error("POST", "/api/models/a/unload?mode=later"), "400 invalid_request");
  EXPECT_EQ(bench.error("POST", "/api/models/a/unload?mode="), "400 invalid_request");
}

TEST(Models, RestartIsANewLaunch) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(bench.json("POST", "/api/models/a/restart")["model"]["state"], "ready");
  EXPECT_EQ(bench.json("GET", "/api/models/a/launches")["launches"].size(), 2u);
}

TEST(Models, CancelEndsALoadInProgress) {
  Bench bench;
  bench.script.becomes_ready = false;
  const auto load = bench.start("POST", "/api/models/a/load");
  EXPECT_EQ(load->calls, 0);
  EXPECT_EQ(bench.json("GET", "/api/models/a")["state"], "starting");
  EXPECT_EQ(bench.json("POST", "/api/models/a/cancel")["model"]["id"], "a");
  bench.turn();
  ASSERT_EQ(load->calls, 1);
  EXPECT_EQ(load->answer->status, 503);
  EXPECT_EQ(bench.json("GET", "/api/models/a")["state"], "stopped");
}

TEST(Models, WrongVerbsAndMethods) {
  Bench bench;
  EXPECT_EQ(bench.error("POST", "/api/models/a/explode"), "404 not_found");
  EXPECT_EQ(bench.error("POST", "/api/models/a"), "404 not_found");
  EXPECT_EQ(bench.error("GET", "/api/models/a/load"), "405 method_not_allowed");
}

}  // namespace
}  // namespace paddock::api
