// Errors have one shape, and codes that programs can rely on.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

void expect_error(const Response& response, int status, const std::string& code) {
  EXPECT_EQ(response.status(), status) << response.body.bytes;
  EXPECT_EQ(response.error_code(), code);
  EXPECT_EQ(response.head.header("content-type"), "application/json");
  const Json error = response.json()["error"];
  for (const char* member : {"message", "type", "param", "code", "detail"}) {
    EXPECT_TRUE(error.contains(member)) << member;
  }
}

TEST(Errors, BodyThatIsNoJson) {
  TestDaemon daemon(two_models());
  for (const char* body : {"", "{", "nonsense", "{\"model\":", "{\"model\":\"a\"", "{\"model\":\"a\",}"}) {
    SCOPED_TRACE(body);
    expect_error(post(daemon.port(), kChat, body), 400, "invalid_request");
  }
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Errors, ModelMissing) {
  TestDaemon daemon(two_models());
  for (const char* body : {"{}", "{\"messages\":[]}", "{\"model\":\"\"}", "{\"x\":{\"model\":\"a\"}}"}) {
    SCOPED_TRACE(body);
    expect_error(post(daemon.port(), kChat, body), 400, "model_missing");
  }
}

TEST(Errors, ModelOfAnotherType) {
  TestDaemon daemon(two_models());
  for (const char* body : {"{\"model\":7}", "{\"model\":null}", "{\"model\":[\"a\"]}", "[\"model\"]"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(post(daemon.port(), kChat, body).status(), 400);
  }
}

TEST(Errors, ModelNotFoundNamesTheNearOne) {
  TestDaemon daemon(config_with({{"qwen-coder"}, {"b"}}));
  const Response near = chat(daemon.port(), "qwen-codr");
  expect_error(near, 404, "model_not_found");
  EXPECT_NE(near.error_message().find("qwen-coder"), std::string::npos);
  EXPECT_EQ(near.json()["error"]["param"], "qwen-codr");
  const Response far = chat(daemon.port(), "something-else");
  expect_error(far, 404, "model_not_found");
  EXPECT_EQ(far.error_message().find("qwen-coder"), std::string::npos);
}

TEST(Errors, UpstreamUnreachable) {
  TestDaemon daemon(config_with({{"a", "--listen-delay-ms 60000", "checkEndpoint: none"}}));
  expect_error(chat(daemon.port(), "a"), 502, "upstream_unreachable");
}

TEST(Errors, UpstreamThatAnswersNonsense) {
  TestDaemon daemon(two_models());
  const Response response = chat(daemon.port(), "a", {{"raw", "nonsense\r\n\r\n"}, {"close_after", true}});
  EXPECT_EQ(response.status(), 502);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST(Errors, UpstreamThatClosesWithoutAnswer) {
  TestDaemon daemon(two_models());
  const Response response = chat(daemon.port(), "a", {{"raw", ""}, {"close_after", true}});
  EXPECT_EQ(response.status(), 502);
  EXPECT_EQ(daemon.records().count("request", "a"), 1u) << "a fresh connection is no reason to try again";
}

TEST(Errors, UnloadedWhileWaiting) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 5000"}}));
  auto answer = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.waiting("a", 1));
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  const Response response = answer.get();
  expect_error(response, 503, "unloaded");
  EXPECT_EQ(response.json()["error"]["param"], "a");
}

TEST(Errors, ShuttingDownWhileWaiting) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 5000"}}));
  auto answer = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.waiting("a", 1));
  daemon.process().signal(SIGTERM);
  expect_error(answer.get(), 503, "shutting_down");
  EXPECT_EQ(daemon.wait_exit(), 0);
}

TEST(Errors, UnknownPathsAndMethods) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(get(daemon.port(), "/nothing/here").status(), 404);
  const Response wrong = get(daemon.port(), kChat);
  EXPECT_EQ(wrong.status(), 405);
  EXPECT_NE(wrong.head.header("allow").find("POST"), std::string::npos);
  EXPECT_EQ(get(daemon.port(), "/upstream/nope/x").error_code(), "model_not_found");
}

TEST(Errors, UpstreamsOwnErrorsPassUnchanged) {
  TestDaemon daemon(two_models());
  const std::string text = "{\"error\":{\"message\":\"context too long\"}}";
  const Response response = chat(daemon.port(), "a", {{"status", 400}, {"pieces", {text}}});
  EXPECT_EQ(response.status(), 400);
  EXPECT_EQ(response.body.bytes, text);
}

TEST(Errors, ConnectionSurvivesAnError) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(chat_request("nope"));
  EXPECT_EQ(read_response(client).status(), 404);
  client.send(chat_request("a"));
  EXPECT_EQ(read_response(client).status(), 200);
}

}  // namespace
}  // namespace paddock::test
