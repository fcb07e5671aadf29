// Request bodies of every framing and size arrive as they were sent; an upstream that has heard enough is
// listened to at once.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr std::size_t kLarge = 20'000'000;

std::string large_chat() {
  std::string body = "{\"model\":\"a\",\"pad\":\"";
  return body.append(kLarge, 'p') + "\"}";
}

std::string chunked_request(const std::string& target, const std::vector<std::string>& pieces) {
  std::string text = "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& piece : pieces) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx;x=y\r\n", piece.size());
    text += size + piece + "\r\n";
  }
  return text + "0\r\nX-Sum: 1\r\n\r\n";
}

TEST(Uploads, LargeBodiesArriveWhole) {
  TestDaemon daemon(two_models());
  const std::string body = large_chat();
  EXPECT_EQ(post(daemon.port(), "/v1/chat/completions", body).status(), 200);
  const Event request = daemon.records().wait_for("request", "a");
  EXPECT_EQ(request["size"], body.size());
  const Response echo = post(daemon.port(), "/upstream/a/echo", body);
  EXPECT_EQ(echo.json()["hash"], request["hash"]);
}

TEST(Uploads, ChunkedRequests) {
  TestDaemon daemon(two_models());
  const std::vector<std::string> pieces = {"{\"mod", "el\":\"a\",", "\"messages\":[]}"};
  EXPECT_EQ(ask(daemon.port(), chunked_request("/v1/chat/completions", pieces)).status(), 200);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"], "{\"model\":\"a\",\"messages\":[]}");
  const Response echo = ask(daemon.port(), chunked_request("/upstream/a/echo", {"one", "two"}));
  EXPECT_EQ(echo.json()["body"], "onetwo");
}

TEST(Uploads, ExpectContinue) {
  TestDaemon daemon(two_models());
  for (const std::string target : {"/v1/chat/completions", "/upstream/a/echo"}) {
    SCOPED_TRACE(target);
    RawClient client(daemon.port());
    const std::string body = chat_body("a");
    const std::string request = make_request("POST", target, body, {{"Expect", "100-continue"}});
    client.send(std::string_view(request).substr(0, request.size() - body.size()));
    EXPECT_EQ(client.read_head().status, 100);
    client.send(body);
    EXPECT_EQ(read_response(client).status(), 200);
  }
}

TEST(Uploads, EarlyAnswerEndsTheUpload) {
  TestDaemon daemon(two_models());
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  for (const char* kind : {"early", "early_close"}) {
    SCOPED_TRACE(kind);
    const Json script = {{"status", 413}, {kind, true}, {"pieces", {"too much"}}};
    RawClient client(daemon.port());
    const std::string request =
        make_request("POST", "/upstream/a/x", large_chat(), {{"X-Fake", script.dump()}});
    client.send(std::string_view(request).substr(0, 200'000));
    const Response response = read_response(client);
    EXPECT_EQ(response.status(), 413);
    EXPECT_EQ(response.body.bytes, "too much");
  }
  const Event gone = daemon.records().wait_for("client_gone", "a", 1, Millis(3000));
  EXPECT_LT(gone["body_bytes"], kLarge);
}

TEST(Uploads, EarlyAnswerWhileTheClientKeepsSending) {
  TestDaemon daemon(two_models());
  const Json script = {{"status", 413}, {"early", true}, {"pieces", {"too much"}}};
  const HeaderList headers = {{"X-Fake", script.dump()}};
  RawClient client(daemon.port());
  client.send_some(make_request("POST", "/v1/chat/completions", large_chat(), headers), kPatience);
  const Response response = read_response(client);
  EXPECT_EQ(response.status(), 413);
  EXPECT_EQ(response.body.bytes, "too much");
}

TEST(Uploads, PipelinedRequests) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  std::string requests;
  for (const char* word : {"one", "two", "three"}) requests += chat_request("a", {{"pieces", {word}}});
  client.send(requests);
  EXPECT_EQ(read_response(client).body.bytes, "one");
  EXPECT_EQ(read_response(client).body.bytes, "two");
  EXPECT_EQ(read_response(client).body.bytes, "three");
}

TEST(Uploads, PipelinedAcrossKinds) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(make_request("GET", "/health") + chat_request("a") + make_request("GET", "/running") +
              chat_request("b"));
  EXPECT_EQ(read_response(client).status(), 200);
  EXPECT_EQ(read_response(client).json()["model"], "a");
  EXPECT_EQ(read_response(client).json()["running"].size(), 1u);
  EXPECT_EQ(read_response(client).json()["model"], "b");
}

TEST(Uploads, ConnectionsAreKept) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  for (int i = 0; i < 5; ++i) {
    client.send(chat_request("a", nullptr, i % 2 == 1));
    EXPECT_EQ(read_response(client).body.end, End::kComplete);
  }
}

TEST(Uploads, ConnectionCloseIsObeyed) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(make_request("POST", "/v1/chat/completions", chat_body("a"), {{"Connection", "close"}}));
  EXPECT_EQ(read_response(client).status(), 200);
  EXPECT_EQ(client.wait_end(Millis(1000)), End::kEof);
}

TEST(Uploads, BytesInDribbles) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  for (const char byte : chat_request("a")) client.send(std::string(1, byte));
  EXPECT_EQ(read_response(client).status(), 200);
}

}  // namespace
}  // namespace paddock::test
