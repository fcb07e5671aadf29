// How long a start may take: a probe that hangs does not defeat the limit, progress extends it up to a cap.
// The least limit that a file can give is 15 seconds, so all that wait for it wait side by side.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

struct Asked {
  explicit Asked(const TestDaemon& daemon, const std::string& model) : client(daemon.port()) {
    client.send(chat_request(model));
  }
  Response answer() { return read_response(client, false, Millis(40'000)); }

  RawClient client;
  Clock::time_point start = Clock::now();
};

std::string models_with_limits() {
  return config_with(
      {{"hang", "--health-hang --ignore-sigterm", "healthCheckTimeout: 15"},
       {"silent", "--health-never", "healthCheckTimeout: 15\nhealthCheckTimeoutMax: 60"},
       {"busy", "--health-never --log-every-ms 100", "healthCheckTimeout: 15\nhealthCheckTimeoutMax: 17"},
       {"slow", "--health-delay-ms 18000 --log-every-ms 100",
        "healthCheckTimeout: 15\nhealthCheckTimeoutMax: 60"}},
      side_by_side("hang, silent, busy, slow"));
}

void expect_timeout(Asked& asked, const std::string& said, int after_ms) {
  const Response response = asked.answer();
  EXPECT_EQ(response.status(), 504);
  EXPECT_EQ(response.error_code(), "start_timeout");
  EXPECT_NE(response.error_message().find(said), std::string::npos) << response.error_message();
  EXPECT_GE(ms_since(asked.start), after_ms - 100);
  EXPECT_LT(ms_since(asked.start), after_ms + 1500);
}

TEST(StartLimits, AreKeptExactlyAndExtendedByProgress) {
  TestDaemon daemon(models_with_limits());
  Asked hang(daemon, "hang"), silent(daemon, "silent"), busy(daemon, "busy"), slow(daemon, "slow");
  const pid_t hanging = daemon.records().wait_for("started", "hang")["pid"];
  expect_timeout(hang, "not ready within 15 s (healthCheckTimeout)", 15'000);
  expect_timeout(silent, "not ready within 15 s (healthCheckTimeout)", 15'000);
  expect_timeout(busy, "not ready within 17 s (healthCheckTimeoutMax)", 17'000);
  EXPECT_EQ(slow.answer().status(), 200) << "it took longer than its limit, and got on";
  EXPECT_GE(ms_since(slow.start), 17'900);
  EXPECT_TRUE(eventually([&] { return !alive(hanging); })) << "deaf to SIGTERM, so it is killed";
}

// Up is not loaded: the server answers everything but its health path from the start.
TEST(StartLimits, TheConfiguredPathSaysWhenItIsReady) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 300"}}));
  auto answer = start_chat(daemon.port(), "a");
  daemon.records().wait_for("listening", "a");
  EXPECT_EQ(get(daemon.records().port_of("a"), "/echo").status(), 200) << "the server itself is up";
  EXPECT_NE(daemon.state("a"), "ready");
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

}  // namespace
}  // namespace paddock::test
