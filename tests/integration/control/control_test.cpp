// Loading and unloading by hand: our own routes and llama-swap's.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Control, ModelsAndOneModel) {
  TestDaemon daemon(two_models());
  const Json all = get(daemon.port(), "/api/models").json();
  ASSERT_EQ(all["models"].size(), 2u);
  const Json one = get(daemon.port(), "/api/models/a").json();
  EXPECT_EQ(one, all["models"][0]);
  EXPECT_EQ(one["state"], "stopped");
  EXPECT_EQ(get(daemon.port(), "/api/models/nope").error_code(), "model_not_found");
}

TEST(Control, LoadUnloadRestart) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(post(daemon.port(), "/api/models/a/load").json()["model"]["state"], "ready");
  EXPECT_EQ(daemon.records().count("request"), 0u);
  EXPECT_EQ(post(daemon.port(), "/api/models/a/restart").json()["model"]["state"], "ready");
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").json()["model"]["state"], "stopped");
  const Json launches = get(daemon.port(), "/api/models/a/launches").json()["launches"];
  ASSERT_EQ(launches.size(), 2u);
  EXPECT_GT(launches[0]["generation"], launches[1]["generation"]) << "newest first";
  EXPECT_EQ(launches[1]["pid"], daemon.records().of("started", "a")[0]["pid"]);
}

TEST(Control, LoadSwaps) {
  TestDaemon daemon(two_models());
  post(daemon.port(), "/api/models/a/load");
  EXPECT_EQ(post(daemon.port(), "/api/models/b/load").json()["model"]["state"], "ready");
  EXPECT_EQ(daemon.state("a"), "stopped");
}

TEST(Control, FailedLoadSaysWhy) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen --exit-code 5"}}));
  const Response response = post(daemon.port(), "/api/models/a/load");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_EQ(response.json()["error"]["detail"]["exit"], 5);
}

TEST(Control, UnloadDrainsByDefault) {
  for (const char* path : {"/api/models/a/unload", "/api/models/a/unload?mode=drain", "/api/models/unload",
                           "/api/models/unload/a"}) {
    SCOPED_TRACE(path);
    TestDaemon daemon(two_models());
    RawClient running(daemon.port());
    running.send(chat_request("a", held_stream("g")));
    const Head head = running.read_head();
    running.read_bytes(0);
    daemon.records().wait_for("piece", "a");
    auto unload = start_post(daemon.port(), path);
    ASSERT_TRUE(eventually([&] { return get(daemon.port(), "/api/models/a").json()["draining"] == true; }));
    EXPECT_EQ(daemon.records().count("sigterm"), 0u);
    daemon.release("a", "g");
    EXPECT_EQ(running.read_body(head).wire, kHeldWire);
    EXPECT_EQ(unload.get().status(), 200);
    EXPECT_EQ(daemon.state("a"), "stopped");
  }
}

TEST(Control, UnloadNowCuts) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  running.send(chat_request("a", held_stream("never")));
  const Head head = running.read_head();
  daemon.records().wait_for("piece", "a");
  const auto start = Clock::now();
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload?mode=now").status(), 200);
  const Body body = running.read_body(head);
  EXPECT_TRUE(body.end == End::kEof || body.end == End::kReset) << body.end;
  EXPECT_LT(ms_since(start), 3000);
  EXPECT_EQ(daemon.state("a"), "stopped");
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload?mode=perhaps").status(), 400);
}

TEST(Control, CancelEndsALoad) {
  TestDaemon daemon(config_with({{"a", "--health-never"}, {"b"}}));
  auto answer = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.reaches("a", "starting"));
  EXPECT_EQ(post(daemon.port(), "/api/models/a/cancel").status(), 200);
  EXPECT_EQ(answer.get().error_code(), "unloaded");
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

TEST(Control, CancelOfAReadyModelChangesNothing) {
  TestDaemon daemon(two_models());
  post(daemon.port(), "/api/models/a/load");
  EXPECT_EQ(post(daemon.port(), "/api/models/a/cancel").status(), 200);
  EXPECT_EQ(daemon.state("a"), "ready");
}

TEST(Control, LlamaSwapsUnloads) {
  TestDaemon daemon(two_models());
  for (int way = 0; way < 3; ++way) {
    SCOPED_TRACE(way);
    EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
    Response response;
    if (way == 0) response = get(daemon.port(), "/unload");
    if (way == 1) response = post(daemon.port(), "/api/models/unload");
    if (way == 2) response = post(daemon.port(), "/api/models/unload/a");
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(daemon.state("a"), "stopped");
  }
  EXPECT_EQ(post(daemon.port(), "/api/models/unload/nope").status(), 404);
}

TEST(Control, IdsWithSlashes) {
  TestDaemon daemon(config_with({{"org/m"}}));
  EXPECT_EQ(post(daemon.port(), "/api/models/org/m/load").json()["model"]["state"], "ready");
  EXPECT_EQ(post(daemon.port(), "/api/models/org%2Fm/unload").json()["model"]["state"], "stopped");
  EXPECT_EQ(get(daemon.port(), "/api/models/org/m").json()["id"], "org/m");
  EXPECT_EQ(get(daemon.port(), "/api/models/org%2Fm/launches").json()["launches"].size(), 1u);
  EXPECT_EQ(post(daemon.port(), "/api/models/org/m/explode").status(), 404);
}

TEST(Control, VerbsNeedPost) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(get(daemon.port(), "/api/models/a/load").status(), 405);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Control, CrashedModelIsStartedAnew) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  get(daemon.port(), "/health");
  const pid_t pid = daemon.records().wait_for("started", "a")["pid"];
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

}  // namespace
}  // namespace paddock::test
