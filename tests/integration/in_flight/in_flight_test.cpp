// What is being served can be seen, and ended by hand: a request that waits gets an error, one that runs is
// cut.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Json in_flight(const TestDaemon& daemon) { return get(daemon.port(), "/api/inflight").json()["inflight"]; }

// The request for this model, once it is in that phase; null if it never is.
Json request_for(const TestDaemon& daemon, const std::string& model, const std::string& phase) {
  Json found;
  eventually([&] {
    for (const Json& one : in_flight(daemon))
      if (one["model"] == model && one["phase"] == phase) found = one;
    return !found.is_null();
  });
  return found;
}

Response cancel(const TestDaemon& daemon, const Json& request) {
  return post(daemon.port(), "/api/inflight/" + request.value("id", Json(0)).dump() + "/cancel");
}

bool empties(const TestDaemon& daemon) {
  return eventually([&] { return in_flight(daemon).empty(); });
}

void expect_cancelled(const Response& response) {
  EXPECT_EQ(response.status(), 499);
  EXPECT_EQ(response.error_code(), "cancelled");
  EXPECT_EQ(response.head.header("x-should-retry"), "false");
}

TEST(InFlight, ShowsARequestWhileItRuns) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(in_flight(daemon), Json::array());
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["content_type"] = "text/event-stream";
  client.send(chat_request("a", script));
  client.read_until("first\r\n");
  Json one = request_for(daemon, "a", "answering");
  EXPECT_TRUE(eventually([&] { return in_flight(daemon).at(0)["bytes"] == 5; }));
  EXPECT_EQ(one["method"], "POST");
  EXPECT_EQ(one["path"], "/v1/chat/completions");
  EXPECT_EQ(one["client"], "127.0.0.1");
  EXPECT_EQ(one["stream"], true);
  daemon.release("a", "g");
  client.read_until("0\r\n\r\n");
  EXPECT_TRUE(empties(daemon));
  EXPECT_EQ(cancel(daemon, one).status(), 404) << "it has ended";
}

TEST(InFlight, ACancelledRequestInTheQueueGetsAnError) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port()), waiting(daemon.port());
  begin_stream(running, "a", "g");
  waiting.send(chat_request("b"));
  EXPECT_EQ(cancel(daemon, request_for(daemon, "b", "waiting")).json(), (Json{{"msg", "ok"}}));
  expect_cancelled(read_response(waiting));
  EXPECT_EQ(get(daemon.port(), "/api/queue").json()["waiting"], Json::array());
  EXPECT_EQ(daemon.records().count("started", "b"), 0u);
  daemon.release("a", "g");
  running.read_until("0\r\n\r\n");
  waiting.send(chat_request("a"));
  EXPECT_EQ(read_response(waiting).status(), 200) << "its connection lives on";
}

TEST(InFlight, ACancelledRequestOfALoadGetsAnErrorAndTheLoadGoesOn) {
  TestDaemon daemon(config_with({{"a", "--health-gate g"}}));
  auto answer = start_chat(daemon.port(), "a");
  cancel(daemon, request_for(daemon, "a", "loading"));
  expect_cancelled(answer.get());
  daemon.release("a", "g");
  EXPECT_TRUE(daemon.reaches("a", "ready"));
}

TEST(InFlight, ACancelledPromptGetsAnErrorAndItsUpstreamIsTold) {
  TestDaemon daemon(two_models());
  Json script = held_stream("g");
  script["gate_after"] = -1;
  auto answer = start_chat(daemon.port(), "a", script);
  daemon.records().wait_for("request", "a");
  cancel(daemon, request_for(daemon, "a", "sending"));
  expect_cancelled(answer.get());
  daemon.records().wait_for("client_gone", "a");
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200) << "the place is free again";
}

TEST(InFlight, ACancelledAnswerIsCut) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("a", held_stream("g")));
  const Head head = client.read_head();
  cancel(daemon, request_for(daemon, "a", "answering"));
  const Body body = client.read_body(head);
  EXPECT_NE(body.end, End::kComplete);
  EXPECT_NE(body.end, End::kTimeout);
  daemon.records().wait_for("client_gone", "a");
  EXPECT_TRUE(empties(daemon));
}

TEST(InFlight, ACancelledAnswerWhoseEndIsTheCloseIsReset) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["mode"] = "close";
  const std::string body = chat_body("a", script);
  client.send("POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  client.read_until("first");
  cancel(daemon, request_for(daemon, "a", "answering"));
  EXPECT_EQ(client.wait_end(), End::kReset) << "a plain close would look like the end";
}

TEST(InFlight, ACancelDoesNotWaitForAClientThatDoesNotRead) {
  TestDaemon daemon(two_models());
  RawClient lazy(daemon.port(), 4096);
  lazy.send(chat_request("a", {{"mode", "chunked"}, {"fill", {{"pieces", 400}, {"bytes", 100'000}}}}));
  const Json one = request_for(daemon, "a", "answering");
  EXPECT_EQ(cancel(daemon, one).status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200) << "the place is free again";
}

TEST(InFlight, ACancelledUploadGetsAnError) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(
      "POST /upstream/a/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nthe beginning");
  cancel(daemon, request_for(daemon, "a", "sending"));
  expect_cancelled(read_response(client));
  EXPECT_EQ(client.wait_end(), End::kEof) << "what is left of the body has no other end";
}

TEST(InFlight, CancellingOneLeavesTheOthers) {
  TestDaemon daemon(two_models());
  RawClient first(daemon.port()), second(daemon.port());
  begin_stream(first, "a", "g");
  const Json one = request_for(daemon, "a", "answering");
  begin_stream(second, "a", "g");
  EXPECT_EQ(in_flight(daemon).size(), 2u);
  cancel(daemon, one);
  EXPECT_NE(first.wait_end(), End::kTimeout);
  daemon.release("a", "g");
  second.read_until("0\r\n\r\n");
}

}  // namespace
}  // namespace paddock::test
