// Connections to a model are reused while that is safe, few of them stay idle, and a prompt that kills an
// engine is never sent twice.
#include <set>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string key(const Event& event) { return event["pid"].dump() + "/" + event["conn"].dump(); }

// Connections that have carried a request and are still open.
std::size_t open_connections(const Records& records) {
  std::set<std::string> open;
  for (const auto& event : records.all()) {
    if (event["event"] == "head") open.insert(key(event));
    if (event["event"] == "client_gone" || event["event"] == "closed") open.erase(key(event));
  }
  return open.size();
}

Response keep(RawClient& client, const Json& script = nullptr) {
  client.send(chat_request("a", script));
  return read_response(client);
}

TEST(Pooling, OneConnectionServesManyRequests) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  for (const char* mode : {"length", "chunked", "length", "chunked"}) {
    EXPECT_EQ(keep(client, {{"mode", mode}, {"pieces", {"x"}}}).body.bytes, "x");
  }
  EXPECT_EQ(daemon.records().request_connections("a"), 1u);
}

TEST(Pooling, AtMostTwoIdleAfterABurst) {
  TestDaemon daemon(two_models());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 32; ++i) {
    clients.push_back(std::make_unique<RawClient>(daemon.port()));
    clients.back()->send(chat_request("a", held_stream("g")));
  }
  for (auto& client : clients) client->read_until("first\r\n");
  daemon.release("a", "g");
  for (auto& client : clients) client->read_until("0\r\n\r\n");
  EXPECT_EQ(daemon.records().request_connections("a"), 32u);
  // 100 ms are enough on a quiet machine; the limit of two seconds for idle ones must not help.
  EXPECT_TRUE(eventually([&] { return open_connections(daemon.records()) <= 2; }, Millis(600)))
      << open_connections(daemon.records());
}

TEST(Pooling, IdleForAtMostTwoSeconds) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto answered = time_of(daemon.records().wait_for("answered", "a"));
  ASSERT_TRUE(eventually([&] { return open_connections(daemon.records()) == 0; }, Millis(4000)));
  EXPECT_LE(Clock::now() - answered, Millis(2500));
}

TEST(Pooling, KeepAliveTimeoutIsHonouredLessOneSecond) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a", {{"keepalive_timeout", 2}, {"pieces", {"x"}}}).status(), 200);
  const auto answered = time_of(daemon.records().wait_for("answered", "a"));
  ASSERT_TRUE(eventually([&] { return open_connections(daemon.records()) == 0; }, Millis(4000)));
  EXPECT_LE(Clock::now() - answered, Millis(1500));
}

TEST(Pooling, StrayBytesSpoilAConnection) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  EXPECT_EQ(keep(client, {{"pieces", {"x"}}, {"stray_bytes_after", true}}).body.bytes, "x");
  // Bytes that come only after the next request are its answer as far as anyone can tell.
  daemon.records().wait_for("stray", "a");
  EXPECT_EQ(keep(client, {{"pieces", {"y"}}}).body.bytes, "y");
  EXPECT_EQ(daemon.records().request_connections("a"), 2u);
}

TEST(Pooling, ClosedWhileIdle) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  EXPECT_EQ(keep(client, {{"pieces", {"x"}}, {"close_idle_after_ms", 30}}).body.bytes, "x");
  daemon.records().wait_for("closed", "a");
  EXPECT_EQ(keep(client).status(), 200);
  EXPECT_EQ(daemon.records().count("request", "a"), 2u);
}

TEST(Pooling, ClosedAtTheMomentOfTheRequestIsTriedOnceMore) {
  for (const char* how : {"eof", "rst"}) {
    SCOPED_TRACE(how);
    TestDaemon daemon(two_models());
    RawClient client(daemon.port());
    EXPECT_EQ(keep(client, {{"pieces", {"x"}}, {"close_on_next", how}}).body.bytes, "x");
    EXPECT_EQ(keep(client, {{"pieces", {"y"}}}).body.bytes, "y");
    EXPECT_EQ(daemon.records().count("head", "a"), 3u);
    EXPECT_EQ(daemon.records().count("request", "a"), 2u);
  }
}

TEST(Pooling, NotPooledAfterAnAnswerThatLied) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  EXPECT_EQ(keep(client, {{"pieces", {"abcdef"}}, {"declared_length", 3}}).body.bytes, "abc");
  EXPECT_EQ(keep(client).status(), 200);
  EXPECT_EQ(daemon.records().request_connections("a"), 2u);
}

TEST(Pooling, UpstreamsConnectionCloseIsObeyed) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  EXPECT_EQ(keep(client, {{"pieces", {"x"}}, {"headers", {{"Connection", "close"}}}}).body.bytes, "x");
  EXPECT_EQ(keep(client).status(), 200);
  EXPECT_EQ(daemon.records().request_connections("a"), 2u);
}

TEST(Pooling, PromptThatCrashesIsNeverSentTwice) {
  TestDaemon daemon(config_with({{"a", "--crash-on-request"}}));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 502) << response.body.bytes;
  EXPECT_EQ(daemon.records().count("crash"), 1u);
  EXPECT_EQ(daemon.records().count("started"), 1u);
}

TEST(Pooling, PromptThatCrashesOnAReusedConnection) {
  TestDaemon daemon(two_models());
  for (int round = 0; round < 5; ++round) {
    RawClient client(daemon.port());
    EXPECT_EQ(keep(client).status(), 200);
    EXPECT_EQ(keep(client, {{"crash", true}}).status(), 502);
    EXPECT_EQ(daemon.records().count("crash"), static_cast<std::size_t>(round + 1));
  }
}

}  // namespace
}  // namespace paddock::test
