// R41: an engine that dies in the middle of an event stream. The client is told so in its API's own form
// where the stream stands between two events, and never takes the stump for a whole answer.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Ten events, then the process ends.
Json ten_and_dead() {
  Json pieces = Json::array();
  for (int i = 0; i < 10; ++i) pieces.push_back("data: {\"n\":" + std::to_string(i) + "}\n\n");
  return {{"mode", "chunked"},
          {"content_type", "text/event-stream"},
          {"pieces", pieces},
          {"exit_after_pieces", 10}};
}

Response ask_dying(TestDaemon& daemon, const std::string& target, const Json& script) {
  return ask(daemon.port(), make_request("POST", target, "{}", {{"X-Fake", script.dump()}}));
}

void expect_broken(const Response& response) {
  EXPECT_EQ(response.status(), 200);
  EXPECT_TRUE(response.body.end == End::kEof || response.body.end == End::kReset) << response.body.end;
  EXPECT_FALSE(has(response.body.bytes, "[DONE]"));
}

TEST(BrokenStreams, ADeathIsToldInTheFormOfEachApi) {
  const std::pair<const char*, const char*> forms[] = {
      {"/upstream/a/v1/chat/completions", "data: {\"error\":{\"message\":"},
      {"/upstream/a/v1/messages", "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":"},
      {"/upstream/a/v1/responses", "event: error\ndata: {\"type\":\"error\",\"code\":\"upstream_broke\""}};
  for (const auto& [target, form] : forms) {
    SCOPED_TRACE(target);
    TestDaemon daemon(config_with({{"a", "--exit-code 3 --log-line 'CUDA error: out of memory'"}}));
    const Response response = ask_dying(daemon, target, ten_and_dead());
    expect_broken(response);
    EXPECT_TRUE(has(response.body.bytes, std::string("data: {\"n\":9}\n\n") + form)) << response.body.bytes;
    EXPECT_TRUE(has(response.body.bytes, "\"detail\":{\"class\":\"out_of_vram\"")) << response.body.bytes;
    EXPECT_TRUE(has(response.body.bytes, "CUDA error: out of memory")) << response.body.bytes;
    EXPECT_TRUE(response.body.bytes.ends_with("\n\n"));
  }
}

TEST(BrokenStreams, AChatIsTold) {
  TestDaemon daemon(config_with({{"a"}}));
  const Response response = chat(daemon.port(), "a", ten_and_dead(), true);
  expect_broken(response);
  EXPECT_TRUE(has(response.body.bytes, "\"code\":\"upstream_broke\"")) << response.body.bytes;
}

TEST(BrokenStreams, AnOldClientIsToldToo) {
  TestDaemon daemon(config_with({{"a"}}));
  std::string request = chat_request("a", ten_and_dead(), true);
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  RawClient client(daemon.port());
  client.send(request);
  std::string bytes;
  EXPECT_EQ(client.read_to_end(bytes), End::kReset) << "a plain end would look like the end";
  EXPECT_TRUE(has(bytes, "\"code\":\"upstream_broke\"")) << bytes;
}

TEST(BrokenStreams, AnUnloadIsToldAsOne) {
  TestDaemon daemon(config_with({{"a"}}));
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["content_type"] = "text/event-stream";
  script["pieces"] = {"data: 1\n\n", "data: 2\n\n"};
  client.send(chat_request("a", script, true));
  const Head head = client.read_head();
  daemon.records().wait_for("piece", "a");
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload?mode=now").status(), 200);
  const Body body = client.read_body(head);
  EXPECT_TRUE(has(body.bytes, "\"code\":\"unloaded\"")) << body.bytes;
  EXPECT_NE(body.end, End::kComplete);
}

TEST(BrokenStreams, ElsewhereItIsJustCut) {
  Json inside = ten_and_dead();
  inside["pieces"][9] = "data: {\"n\":9}\n";
  Json coded = ten_and_dead();
  coded["headers"] = {{"Content-Encoding", "gzip"}};
  Json json = ten_and_dead();
  json["content_type"] = "application/json";
  Json refused = ten_and_dead();
  refused["status"] = 500;
  Json half = ten_and_dead();
  half["half_chunk"] = true;
  half.erase("exit_after_pieces");
  for (const Json& script : {inside, coded, json, refused, half}) {
    SCOPED_TRACE(script.dump());
    TestDaemon daemon(config_with({{"a"}}));
    const Response response = chat(daemon.port(), "a", script, true);
    EXPECT_NE(response.body.end, End::kComplete);
    EXPECT_TRUE(has(response.body.bytes, "\"n\":9}")) << response.body.bytes;
    EXPECT_FALSE(has(response.body.bytes, "error")) << response.body.bytes;
  }
}

TEST(BrokenStreams, ABodyThatEndsWithItsConnection) {
  TestDaemon daemon(config_with({{"a"}}));
  Json script = ten_and_dead();
  script["mode"] = "close";
  script.erase("exit_after_pieces");
  script["rst_after_pieces"] = 10;
  const Response response = chat(daemon.port(), "a", script, true);
  // A reset may outrun what was sent before it; what is told is told between events.
  EXPECT_NE(response.body.end, End::kComplete);
  EXPECT_FALSE(has(response.body.bytes, "[DONE]"));
}

}  // namespace
}  // namespace paddock::test
