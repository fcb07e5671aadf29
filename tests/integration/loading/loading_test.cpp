// Who waits for a model with a stream is kept alive once the grace is over; who is served or refused before
// that notices nothing.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// One model that is ready when its gate `r` is released.
std::string slow(const std::string& top, const std::string& extra = {}) {
  return config_with({{"a", "--health-gate r", extra}}, top);
}

const char* const kSoon = "loadingGrace: 50ms";

void end_process(const TestDaemon& daemon, const std::string& model) {
  RawClient client(daemon.records().port_of(model));
  client.send(make_request("GET", "/fake/exit/3"));
  client.wait_end();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Head and all of a stream that was begun while `a` loads; the gate is released when the head is there.
Response loaded_stream(TestDaemon& daemon, RawClient& client) {
  Response response;
  response.head = client.read_head();
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.head.header("content-type"), "text/event-stream");
  EXPECT_EQ(response.head.header("x-accel-buffering"), "no");
  daemon.release("a", "r");
  response.body = client.read_body(response.head);
  return response;
}

TEST(Loading, AStreamIsKeptAliveAndThenServed) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  const Response response = loaded_stream(daemon, client);
  EXPECT_EQ(response.body.bytes.rfind(": loading a: ", 0), 0u) << response.body.bytes;
  EXPECT_TRUE(has(response.body.bytes, "place 1 of 1 in the queue, a is being loaded\n\n"));
  EXPECT_TRUE(response.body.bytes.ends_with("data: [DONE]\n\n")) << response.body.bytes;
  EXPECT_EQ(response.body.end, End::kComplete);
  client.send(chat_request("a"));
  EXPECT_EQ(read_response(client).status(), 200) << "the connection lives on";
}

TEST(Loading, WhatAnEngineHasReadTellsHowFarItIs) {
  TempDir dir;
  write_file(dir.path("a.gguf"), std::string(32 << 20, 'x'));
  TestDaemon daemon(config_with({{"a", "--read-half " + dir.path("a.gguf") + " --health-gate r"}}));
  auto answer = start_chat(daemon.port(), "a");
  daemon.records().wait_for("listening", "a");
  Json loading;
  EXPECT_TRUE(eventually([&] {
    const Json model = get(daemon.port(), "/api/models/a").json();
    return (loading = model.value("loading", Json())).is_object() && loading["percent"].is_number();
  })) << loading;
  EXPECT_EQ(loading["stage"], "weights");
  EXPECT_GE(loading["percent"], 48);
  EXPECT_LE(loading["percent"], 60);
  daemon.release("a", "r");
  EXPECT_EQ(answer.get().status(), 200);
}

TEST(Loading, AnOldClientGetsBareEvents) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  std::string request = chat_request("a", nullptr, true);
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  client.send(request);
  const Response response = loaded_stream(daemon, client);
  EXPECT_FALSE(response.head.has("transfer-encoding"));
  EXPECT_EQ(response.body.bytes.rfind(": loading a: ", 0), 0u) << response.body.bytes;
  EXPECT_TRUE(response.body.bytes.ends_with("data: [DONE]\n\n")) << response.body.bytes;
}

TEST(Loading, WhatComesInTimeIsUntouched) {
  TestDaemon daemon(config_with({{"a"}}));
  const Response cold = chat(daemon.port(), "a", nullptr, true);
  const Response warm = chat(daemon.port(), "a", nullptr, true);
  EXPECT_EQ(cold.body.wire, warm.body.wire);
  EXPECT_FALSE(has(cold.body.bytes, "loading"));
}

TEST(Loading, AQuickFailureKeepsItsStatus) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen --exit-code 3", "sendLoadingState: true"}}));
  const Response response = chat(daemon.port(), "a", nullptr, true);
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
}

TEST(Loading, ALateFailureIsAnEvent) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  const Head head = client.read_head();
  EXPECT_EQ(head.status, 200);
  end_process(daemon, "a");
  const Body body = client.read_body(head);
  EXPECT_TRUE(has(body.bytes, "\n\ndata: {\"error\":{")) << body.bytes;
  EXPECT_TRUE(has(body.bytes, "\"code\":\"start_failed\"")) << body.bytes;
  EXPECT_TRUE(body.bytes.ends_with("}\n\n"));
  EXPECT_EQ(body.end, End::kComplete);
  EXPECT_FALSE(has(body.bytes, "[DONE]"));
  client.send(make_request("GET", "/health"));
  EXPECT_EQ(read_response(client).status(), 200) << "the connection lives on";
}

TEST(Loading, AnEnginesRefusalIsOneEvent) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  const std::string error = R"({"error":{"message":"too long","code":400}})";
  client.send(chat_request("a", {{"status", 400}, {"pieces", {error}}}, true));
  const Response response = loaded_stream(daemon, client);
  EXPECT_TRUE(response.body.bytes.ends_with("\n\ndata: " + error + "\n\n")) << response.body.bytes;
  EXPECT_EQ(response.body.end, End::kComplete);
}

TEST(Loading, AnAnswerThatIsNoStreamIsOneEvent) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"mode", "chunked"}, {"pieces", {"{\"a\"", ":1}"}}}, true));
  const Response response = loaded_stream(daemon, client);
  EXPECT_TRUE(has(response.body.bytes, "\"code\":\"upstream_answer\"")) << response.body.bytes;
  EXPECT_EQ(response.body.end, End::kComplete);
}

TEST(Loading, ADeathAfterwardsIsAnEventAndNoCleanEnd) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  const Json script = {{"mode", "chunked"},
                       {"content_type", "text/event-stream"},
                       {"pieces", {"data: 1\n\n", "data: 2\n\n"}},
                       {"exit_after_pieces", 2}};
  client.send(chat_request("a", script, true));
  const Response response = loaded_stream(daemon, client);
  EXPECT_TRUE(has(response.body.bytes, "data: 2\n\ndata: {\"error\":{")) << response.body.bytes;
  EXPECT_NE(response.body.end, End::kComplete);
}

TEST(Loading, ACodingThatNobodyAskedForIsAnError) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  const Json script = {{"content_type", "text/event-stream"}, {"headers", {{"Content-Encoding", "gzip"}}}};
  client.send(make_request("POST", "/v1/chat/completions", chat_body("a", script, true),
                           {{"Accept-Encoding", "gzip"}}));
  const Response response = loaded_stream(daemon, client);
  EXPECT_TRUE(has(response.body.bytes, "content coding")) << response.body.bytes;
}

TEST(Loading, AQueueBehindAnotherModelIsAWaitToo) {
  TestDaemon daemon(two_models(kSoon));
  RawClient running(daemon.port()), client(daemon.port());
  begin_stream(running, "a", "g");
  client.send(chat_request("b", nullptr, true));
  const Head head = client.read_head();
  EXPECT_TRUE(has(client.read_until("\n\n"), "b waits for a (ready, 1 running)"));
  daemon.release("a", "g");
  running.read_until("0\r\n\r\n");
  EXPECT_TRUE(has(client.read_until("0\r\n\r\n"), "data: [DONE]\n\n"));
}

TEST(Loading, WhoAsksForNoStreamIsSentNothing) {
  for (const std::string target : {"/v1/chat/completions", "/v1/embeddings"}) {
    TestDaemon daemon(slow("loadingGrace: 1ms", "sendLoadingState: true"));
    RawClient client(daemon.port()), other(daemon.port());
    const bool streams = target == "/v1/embeddings";
    client.send(make_request("POST", target, chat_body("a", nullptr, streams)));
    ASSERT_TRUE(daemon.waiting("a", 1));
    // That this one was told something shows that the time had come.
    other.send(chat_request("a", nullptr, true));
    other.read_head();
    daemon.release("a", "r");
    const Response response = read_response(client);
    EXPECT_EQ(response.head.header("content-type"), "application/json") << target;
  }
}

TEST(Loading, AGraceOfZeroIsForEver) {
  TestDaemon daemon(slow("loadingGrace: 0"));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  ASSERT_TRUE(daemon.waiting("a", 1));
  daemon.release("a", "r");
  EXPECT_FALSE(has(read_response(client).body.bytes, "loading"));
}

TEST(Loading, TheVisibleForm) {
  TestDaemon daemon(slow(kSoon, "sendLoadingState: true"));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  const Response response = loaded_stream(daemon, client);
  const std::string& bytes = response.body.bytes;
  EXPECT_EQ(bytes.rfind("data: {", 0), 0u) << bytes;
  EXPECT_TRUE(has(bytes, "\"reasoning_content\":\"paddock loading model: a\\n")) << bytes;
  EXPECT_TRUE(has(bytes, "\\nDone! (")) << bytes;
  EXPECT_TRUE(bytes.ends_with("data: [DONE]\n\n")) << bytes;
}

// R29: what is refused at once has a real status, visible form or not.
TEST(Loading, AFullQueueIsAStatus) {
  TestDaemon daemon(slow("loadingGrace: 1ms", "sendLoadingState: true\nqueueLimit: 1"));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  client.read_head();
  EXPECT_EQ(chat(daemon.port(), "a", nullptr, true).status(), 429);
  daemon.release("a", "r");
}

TEST(Loading, AClientThatLeavesGivesItsPlaceUp) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  client.read_head();
  ASSERT_TRUE(daemon.waiting("a", 1));
  client.close();
  EXPECT_TRUE(daemon.waiting("a", 0, Millis(1000)));
  daemon.release("a", "r");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("request", "a"), 1u) << "only the one who stayed";
}

TEST(Loading, AStopEndsTheWait) {
  TestDaemon daemon(slow(kSoon));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  client.read_head();
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace paddock::test
