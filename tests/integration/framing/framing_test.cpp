// The framing of answers is kept where the client understands it and translated where not.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

HeaderList scripted(const Json& script) { return {{"X-Fake", script.dump()}}; }

// A head without a body must leave the connection in step: another request follows on it.
void expect_bodiless(TestDaemon& daemon, const std::string& method, const Json& script, int status,
                     const std::string& length) {
  RawClient client(daemon.port());
  client.send(make_request(method, "/upstream/a/x", "", scripted(script)));
  const Head head = client.read_head();
  EXPECT_EQ(head.status, status);
  EXPECT_EQ(head.header("content-length"), length);
  EXPECT_FALSE(head.has("transfer-encoding"));
  client.send(chat_request("a"));
  EXPECT_EQ(client.read_head().status, 200);
}

TEST(Framing, Head) {
  TestDaemon daemon(two_models());
  expect_bodiless(daemon, "HEAD", {{"pieces", {"abc"}}}, 200, "3");
}

TEST(Framing, NoContent) {
  TestDaemon daemon(two_models());
  expect_bodiless(daemon, "GET", {{"status", 204}}, 204, "");
}

TEST(Framing, NotModified) {
  TestDaemon daemon(two_models());
  expect_bodiless(daemon, "GET", {{"status", 304}, {"pieces", {"abc"}}}, 304, "3");
}

TEST(Framing, EarlyHintsAreForwarded) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"interim", {103}}, {"pieces", {"x"}}}));
  const Head hint = client.read_head();
  EXPECT_EQ(hint.status, 103);
  EXPECT_TRUE(hint.has("link"));
  EXPECT_EQ(read_response(client).body.bytes, "x");
}

TEST(Framing, ContinueIsConsumed) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"interim", {100, 103, 100}}, {"pieces", {"x"}}}));
  EXPECT_EQ(client.read_head().status, 103);
  EXPECT_EQ(read_response(client).body.bytes, "x");
}

TEST(Framing, ChunkExtensionsAndTrailers) {
  TestDaemon daemon(two_models());
  const Json script = {{"mode", "chunked"},
                       {"pieces", {"one", "two"}},
                       {"chunk_ext", ";note=\"0\""},
                       {"trailers", {{"X-Sum", "42"}}},
                       {"headers", {{"Trailer", "X-Sum"}}}};
  const Response response = chat(daemon.port(), "a", script);
  EXPECT_EQ(response.body.end, End::kComplete);
  EXPECT_EQ(response.body.bytes, "onetwo");
  ASSERT_EQ(response.body.trailers.size(), 1u);
  EXPECT_EQ(response.body.trailers[0].second, "42");
  EXPECT_EQ(response.body.wire.substr(0, 12), "3;note=\"0\"\r\n") << "relayed with its framing";
}

std::string old_request(const std::string& model, const Json& script) {
  const std::string body = chat_body(model, script);
  return "POST /v1/chat/completions HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

TEST(Framing, OldClientsGetPlainBytes) {
  TestDaemon daemon(two_models());
  const Json script = {{"mode", "chunked"},
                       {"pieces", {"one", "two"}},
                       {"chunk_ext", ";x=y"},
                       {"trailers", {{"X-Sum", "1"}}},
                       {"interim", {103}}};
  const Response response = ask(daemon.port(), old_request("a", script));
  EXPECT_EQ(response.status(), 200);
  EXPECT_FALSE(response.head.has("transfer-encoding"));
  EXPECT_EQ(response.body.bytes, "onetwo");
  EXPECT_EQ(response.body.end, End::kEof);
}

TEST(Framing, OldClientsGetCloseDelimitedAsItIs) {
  TestDaemon daemon(two_models());
  const Response response = ask(daemon.port(), old_request("a", {{"mode", "close"}, {"pieces", {"abc"}}}));
  EXPECT_FALSE(response.head.has("transfer-encoding"));
  EXPECT_EQ(response.body.bytes, "abc");
  EXPECT_EQ(response.body.end, End::kEof);
}

TEST(Framing, OldClientsSeeABreakAsAReset) {
  TestDaemon daemon(two_models());
  for (const char* end : {"rst_after_pieces", "close_after_pieces"}) {
    SCOPED_TRACE(end);
    const Json script = {{"mode", "chunked"}, {"pieces", {"one", "two"}}, {"piece_delay_ms", 20}, {end, 2}};
    EXPECT_EQ(ask(daemon.port(), old_request("a", script)).body.end, End::kReset);
  }
}

TEST(Framing, CloseDelimitedIsChunkedAnew) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"mode", "close"}, {"pieces", {"one", "two"}}, {"piece_delay_ms", 20}}));
  const Response response = read_response(client);
  EXPECT_EQ(response.head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(response.body.bytes, "onetwo");
  EXPECT_EQ(response.body.end, End::kComplete);
  client.send(chat_request("a"));
  EXPECT_EQ(read_response(client).status(), 200);
}

TEST(Framing, OldUpstream) {
  TestDaemon daemon(two_models());
  const Json script = {{"raw", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold"},
                       {"close_after", true}};
  const Response response = chat(daemon.port(), "a", script);
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.head.version, "HTTP/1.1");
  EXPECT_EQ(response.body.bytes, "old");
}

TEST(Framing, EmptyAnswers) {
  TestDaemon daemon(two_models());
  for (const char* mode : {"length", "chunked", "close"}) {
    SCOPED_TRACE(mode);
    const Response response = chat(daemon.port(), "a", {{"mode", mode}, {"pieces", Json::array()}});
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.body.bytes, "");
    EXPECT_EQ(response.body.end, End::kComplete);
  }
}

TEST(Framing, AnswerLongerThanItsLength) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"pieces", {"abcdef"}}, {"declared_length", 3}}));
  const Response response = read_response(client);
  EXPECT_EQ(response.body.bytes, "abc");
  EXPECT_EQ(response.body.end, End::kComplete);
  client.send(chat_request("a"));
  EXPECT_EQ(read_response(client).json()["model"], "a") << "the rest must not become the next answer";
}

}  // namespace
}  // namespace paddock::test
