// Health says OK while inference is dead: the watchdog restarts the model, who waits is told, other models
// are unaffected. And who only is slow is left alone.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// A completion that never comes; the health path goes on to answer.
const Json kDead{{"gate", "never"}, {"gate_after", -1}};
// For a request that takes longer than the watchdog's patience.
const Json kSlowStream{{"mode", "chunked"}, {"pieces", {"1", "2", "3", "4", "5"}}, {"piece_delay_ms", 800}};
const Json kSlowAnswer{{"delay_head_ms", 4000}};

constexpr const char* kImpatient = "stallTimeout: 2";

// A model that runs `beside` (a shell script) beside its server.
std::string model_with(const std::string& beside, const std::string& more) {
  return "logLevel: debug\nmodels:\n  a:\n    cmd: >-\n      sh -c '(" + beside +
         ") & exec @FAKE@ --port ${PORT} --name a'\n    " + more + "\n";
}

TEST(Stall, ADeadEngineIsRestartedAndItsClientIsTold) {
  TestDaemon daemon(config_with({{"a", "", kImpatient}, {"b"}}, side_by_side("a, b")));
  RawClient other(daemon.port());
  begin_stream(other, "b", "g");
  const auto start = Clock::now();
  const Response response = chat(daemon.port(), "a", kDead);
  EXPECT_GE(ms_since(start), 2000);
  EXPECT_LT(ms_since(start), 6000);
  EXPECT_EQ(response.status(), 502);
  EXPECT_EQ(response.error_code(), "upstream_stalled");
  EXPECT_NE(response.error_message().find("model `a` sent nothing, logged nothing and used no CPU for"),
            std::string::npos)
      << response.error_message();
  daemon.records().wait_for("started", "a", 2);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "and serves again";
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
  daemon.release("b", "g");
  EXPECT_EQ(other.read_until("second\r\n0\r\n\r\n").find("error"), std::string::npos);
  EXPECT_EQ(daemon.records().count("started", "b"), 1u);
}

TEST(Stall, AStreamThatHangsIsBrokenOff) {
  TestDaemon daemon(config_with({{"a", "", kImpatient}}));
  RawClient client(daemon.port());
  client.send(chat_request("a", held_stream("never")));
  const Head head = client.read_head();
  EXPECT_EQ(head.status, 200);
  const Body body = client.read_body(head);
  EXPECT_NE(body.end, End::kTimeout);
  EXPECT_EQ(body.wire.find("0\r\n\r\n"), std::string::npos) << "nobody may take it for whole";
  daemon.records().wait_for("started", "a", 2);
}

TEST(Stall, ADeafEngineDoesNotKeepItsClientsWaiting) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm", "stallTimeout: 1\nunloadTimeout: 3"}}));
  const auto start = Clock::now();
  EXPECT_EQ(chat(daemon.port(), "a", kDead).error_code(), "upstream_stalled");
  EXPECT_LT(ms_since(start), 2900) << "told before the kill";
  daemon.records().wait_for("started", "a", 2);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST(Stall, WhoWaitsForAPlaceGetsTheNextLaunch) {
  TestDaemon daemon(config_with({{"a", "", "stallTimeout: 1\nconcurrencyLimit: 1"}}));
  auto dead = start_chat(daemon.port(), "a", kDead);
  daemon.records().wait_for("request", "a");
  auto waits = start_chat(daemon.port(), "a");
  EXPECT_TRUE(daemon.waiting("a", 1));
  EXPECT_EQ(dead.get().error_code(), "upstream_stalled");
  EXPECT_EQ(waits.get().status(), 200);
}

TEST(Stall, ASlowStreamIsLeftAlone) {
  TestDaemon daemon(config_with({{"a", "", kImpatient}}));
  EXPECT_EQ(chat(daemon.port(), "a", kSlowStream).body.bytes, "12345");
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Stall, AnEngineThatLogsIsLeftAlone) {
  TestDaemon daemon(config_with({{"a", "--log-every-ms 500", kImpatient}}));
  EXPECT_EQ(chat(daemon.port(), "a", kSlowAnswer).status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Stall, AnEngineThatComputesIsLeftAlone) {
  TestDaemon daemon(model_with("while :; do :; done", kImpatient));
  EXPECT_EQ(chat(daemon.port(), "a", kSlowAnswer).status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Stall, WithoutATimeoutNobodyIsRestarted) {
  TestDaemon daemon(config_with({{"a"}}));
  EXPECT_EQ(chat(daemon.port(), "a", kSlowAnswer).status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(FatalLine, RestartsAtOnceAndTheErrorNamesIt) {
  const TempDir dir;
  const std::string file = dir.path("now");
  TestDaemon daemon(model_with(
      "while [ ! -e " + file + " ]; do sleep 0.05; done; rm " + file + "; echo ggml-cuda.cu:88: CUDA error",
      "ttl: 0"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  auto running = start_chat(daemon.port(), "a", kDead);
  daemon.records().wait_for("request", "a", 2);
  write_file(file, "");
  const Response response = running.get();
  EXPECT_EQ(response.status(), 502);
  EXPECT_EQ(response.error_code(), "upstream_failed");
  EXPECT_EQ(response.json()["error"]["detail"]["class"], "driver");
  EXPECT_EQ(response.json()["error"]["detail"]["line"], "ggml-cuda.cu:88: CUDA error");
  daemon.records().wait_for("started", "a", 2);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

TEST(FatalLine, AgainAndAgainIsACrashLoop) {
  const TempDir dir;
  // Said right after the server is ready.
  TestDaemon daemon(model_with("sleep 1; echo CUDA error: device lost", "ttl: 0"));
  EXPECT_EQ(post(daemon.port(), "/api/models/a/load").status(), 200);
  daemon.records().wait_for("started", "a", 2);
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.error_code(), "crash_loop");
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

}  // namespace
}  // namespace paddock::test
