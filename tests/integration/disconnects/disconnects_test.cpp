// A client that leaves, in any phase and in any manner, is noticed within a second and its work is ended.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

enum class Manner { kClose, kHalfClose, kReset };

std::string name_of(Manner manner) {
  const char* const names[] = {"Close", "HalfClose", "Reset"};
  return names[static_cast<int>(manner)];
}

void leave(RawClient& client, Manner manner) {
  if (manner == Manner::kClose) client.close();
  if (manner == Manner::kHalfClose) client.half_close();
  if (manner == Manner::kReset) client.reset();
}

class Disconnects : public ::testing::TestWithParam<Manner> {
 protected:
  void expect_gone(TestDaemon& daemon) {
    const auto left = Clock::now();
    const Event gone = daemon.records().wait_for("client_gone", "a", 1, Millis(3000));
    EXPECT_LE(time_of(gone) - left, Millis(1000));
    EXPECT_EQ(daemon.records().count("answered"), 0u);
    EXPECT_EQ(chat(daemon.port(), "b").status(), 200) << "the place is free again";
  }
};

TEST_P(Disconnects, WhileThePromptIsProcessed) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["gate_after"] = -1;
  client.send(chat_request("a", script));
  daemon.records().wait_for("request", "a");
  leave(client, GetParam());
  expect_gone(daemon);
}

TEST_P(Disconnects, WhileStreaming) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  leave(client, GetParam());
  expect_gone(daemon);
}

TEST_P(Disconnects, WithoutAStream) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"pieces", {"first", "second"}}, {"gate", "g"}, {"gate_after", 1}}));
  client.read_until("first");
  leave(client, GetParam());
  expect_gone(daemon);
}

TEST_P(Disconnects, WhileThePassThroughStreams) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(make_request("GET", "/upstream/a/x", "", {{"X-Fake", held_stream("g").dump()}}));
  client.read_until("first\r\n");
  leave(client, GetParam());
  expect_gone(daemon);
}

TEST_P(Disconnects, BehindPipelinedBytes) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", held_stream("g")) + chat_request("a"));
  client.read_until("first\r\n");
  leave(client, GetParam());
  expect_gone(daemon);
}

TEST_P(Disconnects, WhileTheModelLoads) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 400"}}));
  RawClient client(daemon.port());
  client.send(chat_request("a"));
  daemon.records().wait_for("started", "a");
  ASSERT_TRUE(daemon.waiting("a", 1));
  leave(client, GetParam());
  EXPECT_TRUE(daemon.waiting("a", 0, Millis(1000)));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("request", "a"), 1u) << "only the one who stayed";
}

TEST_P(Disconnects, WhileQueued) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port()), client(daemon.port());
  begin_stream(running, "a", "g");
  client.send(chat_request("b"));
  ASSERT_TRUE(daemon.waiting("b", 1));
  leave(client, GetParam());
  EXPECT_TRUE(daemon.waiting("b", 0, Millis(1000)));
  daemon.release("a", "g");
  running.read_until("0\r\n\r\n");
}

INSTANTIATE_TEST_SUITE_P(Manners, Disconnects,
                         ::testing::Values(Manner::kClose, Manner::kHalfClose, Manner::kReset),
                         [](const auto& tested) { return name_of(tested.param); });

TEST(DisconnectsWhileSending, HalfABody) {
  TestDaemon daemon(two_models());
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  for (const std::string target : {"/v1/chat/completions", "/upstream/a/echo"}) {
    SCOPED_TRACE(target);
    RawClient client(daemon.port());
    const std::string request = make_request("POST", target, std::string(1'000'000, ' '));
    client.send(std::string_view(request).substr(0, 500'000));
    client.close();
  }
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(daemon.records().count("request", "a"), 1u);
}

TEST(DisconnectsWhileSending, HalfAHead) {
  TestDaemon daemon(two_models());
  for (int i = 0; i < 20; ++i) {
    RawClient client(daemon.port());
    client.send("POST /v1/chat/comp");
  }
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
}

TEST(DisconnectsWhileReading, ClientThatNeverRead) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port(), 4096);
  const Json fill = {{"pieces", 64}, {"bytes", 1 << 20}};
  client.send(chat_request("a", {{"mode", "chunked"}, {"fill", fill}}));
  daemon.records().wait_for("piece", "a", 5);
  const auto left = Clock::now();
  client.close();
  EXPECT_LE(time_of(daemon.records().wait_for("client_gone", "a")) - left, Millis(1000));
}

}  // namespace
}  // namespace paddock::test
