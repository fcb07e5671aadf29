// Ollama's API in front of the same models.
#include <sstream>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kHello = R"("messages": [{"role": "user", "content": "hello"}])";

std::string body(const std::string& model, const std::string& more) {
  return R"({"model": ")" + model + "\"" + (more.empty() ? "" : ", " + more) + "}";
}

Response post_as(const TestDaemon& daemon, const std::string& key, const std::string& path,
                 const std::string& text) {
  return ask(daemon.port(), make_request("POST", path, text, {{"Authorization", "Bearer " + key}}));
}

std::vector<Json> lines_of(const Response& response) {
  std::vector<Json> out;
  std::istringstream in(response.body.bytes);
  for (std::string line; std::getline(in, line);) out.push_back(Json::parse(line, nullptr, false));
  return out;
}

TEST(Ollama, AChatIsAStreamOfLinesUnlessToldOtherwise) {
  TestDaemon daemon(config_with({{"a"}}));
  const Response streamed = post(daemon.port(), "/api/chat", body("a:latest", kHello));
  EXPECT_EQ(streamed.head.header("Content-Type"), "application/x-ndjson");
  const std::vector<Json> lines = lines_of(streamed);
  ASSERT_GE(lines.size(), 2u) << streamed.body.bytes;
  EXPECT_EQ(lines.front()["model"], "a:latest");
  EXPECT_EQ(lines.front()["done"], false);
  EXPECT_EQ(lines.back()["done"], true);
  std::string text;
  for (const Json& line : lines) text += line["message"]["content"].get<std::string>();
  const Response whole =
      post(daemon.port(), "/api/chat", body("a", std::string(kHello) + R"(, "stream": false)"));
  EXPECT_EQ(whole.json()["message"]["content"], text);
  EXPECT_EQ(whole.json()["done"], true);
}

// Whoever does not stream is told by the status, as by Ollama itself.
TEST(Ollama, AnAnswerThatIsNoneIsAnErrorWithItsStatus) {
  TestDaemon daemon(config_with({{"a"}}));
  const std::string chat = std::string(kHello) + R"(, "stream": false)";
  const Response whole = post(daemon.port(), "/api/chat", body("a", chat));
  EXPECT_EQ(whole.status(), 200);
  EXPECT_EQ(whole.head.header("Content-Length"), std::to_string(whole.body.bytes.size()));
  const auto fake = [&](const Json& script) {
    return ask(daemon.port(),
               make_request("POST", "/api/chat", body("a", chat), {{"X-Fake", script.dump()}}));
  };
  const Response nonsense = fake({{"mode", "length"}, {"pieces", {"nonsense"}}});
  EXPECT_EQ(nonsense.status(), 502) << nonsense.body.bytes;
  EXPECT_NE(nonsense.json()["error"].get<std::string>().find("the model's server"), std::string::npos);
  const Response stump = fake({{"mode", "chunked"}, {"pieces", {"{\"choices\""}}, {"close_after_pieces", 1}});
  EXPECT_EQ(stump.status(), 502) << stump.body.bytes;
  EXPECT_NE(stump.json()["error"].get<std::string>().find("in the middle"), std::string::npos)
      << stump.body.bytes;
  EXPECT_EQ(post(daemon.port(), "/api/chat", body("a", chat)).status(), 200) << "and nothing is spoilt";
}

TEST(Ollama, AWholeAnswerThatIsCancelledIsAnErrorToo) {
  TestDaemon daemon(config_with({{"a"}}));
  RawClient client(daemon.port());
  client.send(make_request("POST", "/api/chat", body("a", std::string(kHello) + R"(, "stream": false)"),
                           {{"X-Fake", held_stream("g").dump()}}));
  Json running;
  ASSERT_TRUE(eventually([&] {
    running = get(daemon.port(), "/api/inflight").json()["inflight"];
    return running.size() == 1 && running[0]["phase"] == "answering";
  }));
  post(daemon.port(), "/api/inflight/" + running[0]["id"].dump() + "/cancel");
  const Response cancelled = read_response(client);
  EXPECT_EQ(cancelled.status(), 499);
  EXPECT_NE(cancelled.json()["error"].get<std::string>().find("cancelled"), std::string::npos);
}

TEST(Ollama, TheModelIsAskedAsOpenAisClientsDo) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: real\nfilters: {setParams: {seed: 3}}"}}));
  post(daemon.port(), "/api/generate", body("a", R"("prompt": "x", "options": {"num_predict": 5})"));
  const Event head = daemon.records().wait_for("head", "a");
  EXPECT_EQ(head["target"].get<std::string>().substr(0, 4), "/v1/");
  const Json sent = Json::parse(daemon.records().wait_for("request", "a")["body"].get<std::string>());
  EXPECT_EQ(sent["model"], "real");
  EXPECT_EQ(sent["seed"], 3);
  EXPECT_EQ(sent["max_tokens"], 5);
  EXPECT_NE(head["headers"].dump().find("application/json"), std::string::npos);
}

TEST(Ollama, ModelsAreListedShownAndSeenRunning) {
  TestDaemon daemon(config_with(
      {{"a", "", "capabilities: {context: 4096, tools: true}"}, {"x:7b"}, {"hidden", "", "unlisted: true"}}));
  const Json tags = get(daemon.port(), "/api/tags").json()["models"];
  ASSERT_EQ(tags.size(), 2u);
  EXPECT_EQ(tags[0]["name"], "a:latest");
  EXPECT_EQ(tags[1]["name"], "x:7b");
  const Json shown = post(daemon.port(), "/api/show", R"({"model": "a:latest"})").json();
  EXPECT_NE(shown["capabilities"].dump().find("tools"), std::string::npos);
  EXPECT_NE(shown["model_info"].dump().find("4096"), std::string::npos);
  EXPECT_EQ(get(daemon.port(), "/api/ps").json()["models"].size(), 0u);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(get(daemon.port(), "/api/ps").json()["models"][0]["name"], "a:latest");
}

TEST(Ollama, ARequestWithoutAPromptLoadsAndKeepAlive0Unloads) {
  TestDaemon daemon(config_with({{"a"}}));
  EXPECT_EQ(post(daemon.port(), "/api/generate", body("a", "")).json()["done_reason"], "load");
  EXPECT_EQ(daemon.state("a"), "ready");
  const Response gone = post(daemon.port(), "/api/generate", body("a", R"("keep_alive": 0)"));
  EXPECT_EQ(gone.json()["done_reason"], "unload");
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_EQ(daemon.records().count("request", "a"), 0u) << "the model was asked nothing";
}

TEST(Ollama, KeepAliveIsForThoseWhoMayUnload) {
  TestDaemon daemon(config_with({{"a", "", "ttl: 0"}}, "apiKeys: [all, {key: few, roles: [infer]}]"));
  const std::string soon = std::string(kHello) + R"(, "keep_alive": "1ms")";
  EXPECT_EQ(post_as(daemon, "few", "/api/chat", body("a", soon)).status(), 200);
  EXPECT_EQ(post_as(daemon, "few", "/api/chat", body("a", kHello)).status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
  EXPECT_EQ(post_as(daemon, "all", "/api/chat", body("a", soon)).status(), 200);
  EXPECT_NO_THROW(daemon.records().wait_for("sigterm", "a"));
}

TEST(Ollama, ErrorsAreInItsForm) {
  TestDaemon daemon(config_with({{"a"}}));
  const Response unknown = post(daemon.port(), "/api/chat", body("nobody", kHello));
  EXPECT_EQ(unknown.status(), 404);
  EXPECT_TRUE(unknown.json()["error"].is_string()) << unknown.body.bytes;
  const Response wrong = post(daemon.port(), "/api/chat", "{");
  EXPECT_EQ(wrong.status(), 400);
  EXPECT_TRUE(wrong.json()["error"].is_string());
  const Response pull = post(daemon.port(), "/api/pull", R"({"model": "x"})");
  EXPECT_EQ(pull.status(), 501);
  EXPECT_TRUE(pull.json()["error"].is_string());
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Ollama, AStartThatFailsIsSaid) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen"}}));
  for (const char* more : {kHello, ""}) {
    const Response answer = post(daemon.port(), "/api/chat", body("a", more));
    EXPECT_EQ(answer.status(), 503);
    EXPECT_TRUE(answer.json()["error"].is_string()) << answer.body.bytes;
  }
}

TEST(Ollama, CanBeSwitchedOff) {
  TestDaemon daemon(config_with({{"a"}}, "ollama: {enabled: false}"));
  EXPECT_EQ(post(daemon.port(), "/api/chat", body("a", kHello)).status(), 404);
  EXPECT_EQ(get(daemon.port(), "/api/tags").status(), 404);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

}  // namespace
}  // namespace paddock::test
