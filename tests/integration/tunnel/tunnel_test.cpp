// A websocket, or another upgrade, becomes a tunnel to the model that runs; it loads none, and one that its
// model ignores is in nobody's way.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string upgrade_request(const std::string& model, const std::string& path = "websocket/",
                            const std::string& protocol = "websocket") {
  return make_request(
      "GET", "/upstream/" + model + "/upgrade/" + path, {},
      {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", protocol}, {"Sec-WebSocket-Key", "k"}});
}

struct Tunnel : testing::Test {
  explicit Tunnel(const std::string& config = two_models()) : daemon(config) {}

  void SetUp() override { ASSERT_EQ(chat(daemon.port(), "a").status(), 200); }

  // The head of the answer to an upgrade.
  static Head open(RawClient& client, const std::string& request) {
    client.send(request);
    return client.read_head();
  }

  TestDaemon daemon;
};

struct IgnoredTunnel : Tunnel {
  IgnoredTunnel()
      : Tunnel(config_with({{"a", "", "compat: {ignoreWebsockets: true}"}, {"b"}}, "unloadTimeout: 20")) {}
};

TEST_F(Tunnel, BytesPassBothWays) {
  RawClient client(daemon.port());
  const Head head = open(client, upgrade_request("a"));
  EXPECT_EQ(head.status, 101);
  EXPECT_EQ(head.header("Upgrade"), "websocket");
  EXPECT_EQ(head.header("Connection"), "Upgrade");
  EXPECT_EQ(head.header("Sec-WebSocket-Accept"), "fake");
  client.send("ping");
  EXPECT_EQ(client.read_bytes(4), "ping");
  const std::string large(1 << 20, 'x');
  auto sender = std::async(std::launch::async, [&] { client.send(large); });
  EXPECT_EQ(client.read_bytes(large.size()), large);
  sender.get();
}

TEST_F(Tunnel, TheUpstreamIsAskedForTheSame) {
  RawClient client(daemon.port());
  ASSERT_EQ(open(client, upgrade_request("a", "two/", "one, two")).status, 101);
  const Event head = daemon.records().of("head", "a").back();
  std::string connection, upgrade;
  for (const auto& field : head["headers"]) {
    if (field[0] == "Connection") connection += field[1];
    if (field[0] == "Upgrade") upgrade += field[1];
  }
  EXPECT_EQ(connection, "Upgrade");
  EXPECT_EQ(upgrade, "one, two");
}

TEST_F(Tunnel, BytesRightBehindTheHeadsAreNotLost) {
  RawClient client(daemon.port());
  client.send(upgrade_request("a", "websocket/welcome") + "early");
  EXPECT_EQ(client.read_head().status, 101);
  EXPECT_EQ(client.read_bytes(12), "welcomeearly");
}

TEST_F(Tunnel, AnEndOfEitherSideEndsBoth) {
  {
    RawClient client(daemon.port());
    ASSERT_EQ(open(client, upgrade_request("a")).status, 101);
    client.send("bye");
    std::string rest;
    EXPECT_EQ(client.read_to_end(rest), End::kEof);
    EXPECT_EQ(rest, "bye");
  }
  RawClient client(daemon.port());
  ASSERT_EQ(open(client, upgrade_request("a")).status, 101);
  client.half_close();
  EXPECT_EQ(client.wait_end(), End::kEof);
}

TEST_F(Tunnel, AnotherProtocolThanAskedForIsRefused) {
  RawClient client(daemon.port());
  EXPECT_EQ(open(client, upgrade_request("a", "other/")).status, 502);
}

TEST_F(Tunnel, AnOrdinaryAnswerStaysOne) {
  RawClient client(daemon.port());
  client.send(
      make_request("GET", "/upstream/a/echo", {}, {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}}));
  EXPECT_EQ(read_response(client).status(), 200);
  client.send(make_request("GET", "/upstream/a/echo"));
  EXPECT_EQ(read_response(client).status(), 200);
}

// Through HTTP/2 requests could pass that nobody has judged.
TEST_F(Tunnel, HttpIsNoOtherProtocol) {
  RawClient client(daemon.port());
  EXPECT_EQ(open(client, upgrade_request("a", "h2c/", "h2c")).status, 404);
}

TEST_F(Tunnel, NoModelIsLoadedForIt) {
  const Response answer = ask(daemon.port(), upgrade_request("b"));
  EXPECT_EQ(answer.status(), 409);
  EXPECT_EQ(answer.error_code(), "not_loaded");
  EXPECT_EQ(names_started(daemon.records()), std::vector<std::string>{"a"});
}

TEST_F(Tunnel, ItKeepsItsModel) {
  RawClient client(daemon.port());
  ASSERT_EQ(open(client, upgrade_request("a")).status, 101);
  auto other = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  client.send("still");
  EXPECT_EQ(client.read_bytes(5), "still");
  client.close();
  EXPECT_EQ(other.get().status(), 200);
}

TEST_F(Tunnel, AShutdownDoesNotWaitForIt) {
  RawClient client(daemon.port());
  ASSERT_EQ(open(client, upgrade_request("a")).status, 101);
  EXPECT_EQ(daemon.stop(Millis(8000)), 0);
}

// R46: an idle websocket that counts as a request blocks every swap.
TEST_F(IgnoredTunnel, ASwapDoesNotWaitForIt) {
  RawClient client(daemon.port());
  ASSERT_EQ(open(client, upgrade_request("a")).status, 101);
  client.send("ping");
  EXPECT_EQ(client.read_bytes(4), "ping");
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_NE(client.wait_end(), End::kTimeout);
}

TEST_F(IgnoredTunnel, ItLoadsNothingEither) {
  EXPECT_EQ(post(daemon.port(), "/api/models/unload").status(), 200);
  const Response answer = ask(daemon.port(), upgrade_request("a"));
  EXPECT_EQ(answer.status(), 409);
  EXPECT_EQ(answer.error_code(), "not_loaded");
}

// Servers there are that wait for their websockets before they go.
TEST(LeavingTunnel, ItEndsBeforeItsModelDoes) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 3000", "compat: {ignoreWebsockets: true}"}},
                                "unloadTimeout: 20"));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  RawClient client(daemon.port());
  client.send(upgrade_request("a"));
  ASSERT_EQ(client.read_head().status, 101);
  auto unloading = start_post(daemon.port(), "/api/models/unload");
  EXPECT_EQ(client.wait_end(), End::kEof);
  EXPECT_EQ(daemon.state("a"), "stopping");
  EXPECT_EQ(unloading.get().status(), 200);
}

}  // namespace
}  // namespace paddock::test
