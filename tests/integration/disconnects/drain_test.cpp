// R40: with `onDisconnect: drain` an engine that has a request never sees its connection close: the answer is
// read to its end for nobody. What has not reached the engine is cancelled all the same.
#include <algorithm>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string draining(const std::string& top = {}) {
  return config_with({{"a", "", "onDisconnect: drain"}, {"b"}}, top);
}

int in_flight(const TestDaemon& daemon) {
  return get(daemon.port(), "/api/models/a").json().value("in_flight", -1);
}

// How many connections of `a` were closed while they were used; probes close theirs idle.
long connections_cut(const TestDaemon& daemon) {
  const auto gone = daemon.records().of("client_gone", "a");
  return std::count_if(gone.begin(), gone.end(), [](const Event& one) { return one["phase"] != "idle"; });
}

enum class Manner { kClose, kHalfClose, kReset };

class Drain : public ::testing::TestWithParam<Manner> {
 protected:
  static void leave(RawClient& client) {
    if (GetParam() == Manner::kClose) client.close();
    if (GetParam() == Manner::kHalfClose) client.half_close();
    if (GetParam() == Manner::kReset) client.reset();
  }

  // The client of a request that `a` holds at gate `g` has left.
  static void expect_drained(TestDaemon& daemon) {
    // Were the connection closed, the swap to `b` would not wait.
    auto other = start_chat(daemon.port(), "b");
    EXPECT_TRUE(daemon.waiting("b", 1));
    EXPECT_EQ(in_flight(daemon), 1);
    daemon.release("a", "g");
    daemon.records().wait_for("answered", "a");
    EXPECT_EQ(other.get().status(), 200);
    EXPECT_EQ(connections_cut(daemon), 0);
  }
};

TEST_P(Drain, WhileThePromptIsProcessed) {
  TestDaemon daemon(draining());
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["gate_after"] = -1;
  client.send(chat_request("a", script));
  daemon.records().wait_for("request", "a");
  leave(client);
  expect_drained(daemon);
}

TEST_P(Drain, WhileStreaming) {
  TestDaemon daemon(draining());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  leave(client);
  expect_drained(daemon);
}

TEST_P(Drain, WithoutAStream) {
  TestDaemon daemon(draining());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"pieces", {"first", "second"}}, {"gate", "g"}, {"gate_after", 1}}));
  client.read_until("first");
  leave(client);
  expect_drained(daemon);
}

TEST_P(Drain, BehindTheUploadOfABody) {
  TestDaemon daemon(draining());
  RawClient client(daemon.port());
  client.send(make_request("POST", "/upstream/a/x", std::string(100'000, 'x'),
                           {{"X-Fake", held_stream("g").dump()}}));
  client.read_until("first\r\n");
  leave(client);
  expect_drained(daemon);
}

TEST_P(Drain, NotWhileQueued) {
  TestDaemon daemon(draining());
  RawClient running(daemon.port()), client(daemon.port());
  begin_stream(running, "b", "g");
  client.send(chat_request("a"));
  ASSERT_TRUE(daemon.waiting("a", 1));
  leave(client);
  EXPECT_TRUE(daemon.waiting("a", 0, Millis(1000)));
  daemon.release("b", "g");
  running.read_until("0\r\n\r\n");
  EXPECT_EQ(daemon.records().count("started", "a"), 0u);
}

TEST_P(Drain, NotWithHalfABody) {
  TestDaemon daemon(draining());
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  RawClient client(daemon.port());
  const std::string request = make_request("POST", "/upstream/a/echo", std::string(1'000'000, ' '));
  client.send(std::string_view(request).substr(0, 500'000));
  leave(client);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200) << "nobody waits for the rest";
  EXPECT_EQ(daemon.records().count("request", "a"), 1u);
}

INSTANTIATE_TEST_SUITE_P(Manners, Drain,
                         ::testing::Values(Manner::kClose, Manner::kHalfClose, Manner::kReset));

TEST(DrainEnds, WithTheModel) {
  TestDaemon daemon(draining());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  client.close();
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload?mode=now").status(), 200);
  EXPECT_TRUE(eventually([&] { return in_flight(daemon) == 0; }));
}

TEST(DrainEnds, WithTheDaemon) {
  TestDaemon daemon(draining("shutdownTimeout: 2"));
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  client.close();
  const auto asked = Clock::now();
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_LE(Clock::now() - asked, Millis(5000));
}

TEST(DrainKeeps, TheConnection) {
  TestDaemon daemon(draining());
  {
    RawClient client(daemon.port());
    begin_stream(client, "a", "g");
  }
  daemon.release("a", "g");
  daemon.records().wait_for("answered", "a");
  ASSERT_TRUE(eventually([&] { return in_flight(daemon) == 0; }));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(connections_cut(daemon), 0);
}

}  // namespace
}  // namespace paddock::test
