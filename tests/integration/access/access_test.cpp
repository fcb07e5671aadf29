// No web page drives the daemon, and a key opens what it is for.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

const std::string kRoles = R"(apiKeys:
  - master
  - {key: talker, name: frontend, roles: [infer]}
  - {key: watcher, name: monitor, roles: [observe]}
  - {key: guest, name: guest, models: [a]})";

Response ask_as(int port, const std::string& method, const std::string& target, const HeaderList& headers,
                const std::string& body = {}) {
  HeaderList all = headers;
  all.emplace_back("Connection", "close");
  return ask(port, make_request(method, target, body, all));
}

Response with_key(int port, const std::string& key, const std::string& method, const std::string& target,
                  const std::string& body = {}) {
  return ask_as(port, method, target, {{"Authorization", "Bearer " + key}}, body);
}

std::string host_request(const std::string& host) {
  return "GET /running HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
}

// R58 of the wishes: any web page can drive a local API.
TEST(Access, AForeignPageUnloadsNothing) {
  TestDaemon daemon(two_models());
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  const HeaderList page{{"Origin", "https://evil.example"}};
  const HeaderList image{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}};
  const HeaderList old_image{{"Referer", "https://evil.example/page.html"}};
  for (const Response& refused :
       {ask_as(daemon.port(), "POST", "/api/models/unload", page),
        ask_as(daemon.port(), "GET", "/unload", page), ask_as(daemon.port(), "GET", "/unload", image),
        ask_as(daemon.port(), "GET", "/unload", old_image),
        ask_as(daemon.port(), "POST", "/api/models/a/unload", page)}) {
    EXPECT_EQ(refused.status(), 403);
    EXPECT_EQ(refused.error_code(), "forbidden");
    EXPECT_EQ(refused.head.header("access-control-allow-origin"), "");
  }
  EXPECT_EQ(daemon.state("a"), "ready");
  // What curl sends.
  EXPECT_EQ(ask_as(daemon.port(), "GET", "/unload", {{"User-Agent", "curl/8"}}).status(), 200);
  EXPECT_EQ(daemon.state("a"), "stopped");
}

TEST(Access, AForeignPageLoadsNothing) {
  TestDaemon daemon(two_models());
  const std::string body = chat_body("a");
  // A form's content type needs no preflight.
  const Response form = ask_as(daemon.port(), "POST", "/v1/chat/completions",
                               {{"Origin", "null"}, {"Content-Type", "text/plain"}}, body);
  EXPECT_EQ(form.status(), 403);
  EXPECT_NE(form.error_message().find("cors.origins"), std::string::npos);
  EXPECT_EQ(ask_as(daemon.port(), "GET", "/upstream/a/", {{"Sec-Fetch-Site", "same-site"}}).status(), 403);
  EXPECT_EQ(ask_as(daemon.port(), "POST", "/v1/chat/completions", {{"Origin", "http://localhost:3000"}}, body)
                .status(),
            403);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Access, APasswordThatTheBrowserSendsByItselfIsNoLeave) {
  TestDaemon daemon(two_models("apiKeys: [opensesame]"));
  const std::pair<std::string, std::string> basic{"Authorization", "Basic dTpvcGVuc2VzYW1l"};
  EXPECT_EQ(ask_as(daemon.port(), "GET", "/unload", {basic}).status(), 200);
  EXPECT_EQ(ask_as(daemon.port(), "GET", "/unload", {basic, {"Sec-Fetch-Site", "cross-site"}}).status(), 403);
  EXPECT_EQ(ask_as(daemon.port(), "POST", "/api/models/unload", {basic, {"Origin", "https://evil.example"}})
                .status(),
            403);
}

TEST(Access, AnAllowedPageMayAndReadsTheAnswer) {
  TestDaemon daemon(config_with({{"a"}}, "cors: {origins: ['http://localhost:3000']}"));
  const HeaderList page{{"Origin", "http://localhost:3000"}, {"Sec-Fetch-Site", "same-site"}};
  for (const Response& answer :
       {ask_as(daemon.port(), "POST", "/v1/chat/completions", page, chat_body("a")),
        ask_as(daemon.port(), "GET", "/v1/models", page), ask_as(daemon.port(), "GET", "/nothing", page)}) {
    EXPECT_EQ(answer.head.header("access-control-allow-origin"), "http://localhost:3000");
    EXPECT_EQ(answer.head.header("vary"), "Origin");
  }
  EXPECT_EQ(daemon.records().count("started"), 1u);
}

TEST(Access, APreflightIsAnsweredOnEveryPathWithoutAKey) {
  TestDaemon daemon(two_models("apiKeys: [k]\ncors: {origins: ['http://localhost:3000']}"));
  const HeaderList page{{"Origin", "http://localhost:3000"},
                        {"Access-Control-Request-Method", "POST"},
                        {"Access-Control-Request-Headers", "authorization, x-stainless-os"}};
  for (const char* path : {"/v1/chat/completions", "/upstream/a/x", "/nothing"}) {
    SCOPED_TRACE(path);
    const Response allowed = ask_as(daemon.port(), "OPTIONS", path, page);
    EXPECT_EQ(allowed.status(), 204);
    EXPECT_EQ(allowed.head.header("access-control-allow-origin"), "http://localhost:3000");
    EXPECT_EQ(allowed.head.header("access-control-allow-headers"), "authorization, x-stainless-os");
    EXPECT_EQ(allowed.head.header("access-control-max-age"), "86400");
    const Response other = ask_as(daemon.port(), "OPTIONS", path, {{"Origin", "http://localhost:3001"}});
    EXPECT_EQ(other.status(), 204);
    EXPECT_EQ(other.head.header("access-control-allow-origin"), "");
    EXPECT_EQ(other.head.header("access-control-allow-methods"), "");
  }
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Access, ANamePointedHereIsNotAnswered) {
  TestDaemon daemon(two_models("allowedHosts: [paddock, '*.box.lan']"));
  const std::string port = std::to_string(daemon.port());
  for (const std::string& host :
       {"localhost:" + port, "127.0.0.1:" + port, std::string("[::1]"), std::string("app.localhost"),
        "paddock:" + port, std::string("x.box.lan")}) {
    EXPECT_EQ(ask(daemon.port(), host_request(host)).status(), 200) << host;
  }
  const Response refused = ask(daemon.port(), host_request("evil.example:" + port));
  EXPECT_EQ(refused.status(), 403);
  EXPECT_NE(refused.error_message().find("add `evil.example` to allowedHosts"), std::string::npos);
}

TEST(Access, KeysOpenWhatTheirRolesSay) {
  TestDaemon daemon(two_models(kRoles));
  const int port = daemon.port();
  EXPECT_EQ(with_key(port, "talker", "POST", "/v1/chat/completions", chat_body("a")).status(), 200);
  EXPECT_EQ(with_key(port, "talker", "GET", "/v1/models").status(), 200);
  const Response refused = with_key(port, "talker", "GET", "/running");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.error_code(), "forbidden");
  EXPECT_NE(refused.error_message().find("`frontend` does not have the role `observe`"), std::string::npos);
  EXPECT_EQ(with_key(port, "watcher", "GET", "/running").status(), 200);
  EXPECT_EQ(with_key(port, "watcher", "GET", "/api/models/a/launches").status(), 200);
  EXPECT_EQ(with_key(port, "watcher", "POST", "/v1/chat/completions", chat_body("a")).status(), 403);
  for (const char* path : {"/logs", "/logs/stream/a", "/api/config", "/unload", "/upstream/a/x"}) {
    EXPECT_EQ(with_key(port, "watcher", "GET", path).status(), 403) << path;
    EXPECT_EQ(with_key(port, "talker", "GET", path).status(), 403) << path;
  }
  EXPECT_EQ(with_key(port, "master", "GET", "/logs").status(), 200);
}

TEST(Access, AKeyForSomeModelsKnowsNoOthers) {
  TestDaemon daemon(two_models(kRoles));
  const int port = daemon.port();
  const Json data = with_key(port, "guest", "GET", "/v1/models").json()["data"];
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["id"], "a");
  EXPECT_EQ(with_key(port, "guest", "POST", "/v1/chat/completions", chat_body("a")).status(), 200);
  const Response other = with_key(port, "guest", "POST", "/v1/chat/completions", chat_body("b"));
  EXPECT_EQ(other.status(), 404);
  EXPECT_EQ(other.error_code(), "model_not_found");
  EXPECT_EQ(other.error_message(), "there is no model `b`");
  // Nor is it told what it nearly guessed.
  const Response near = with_key(port, "guest", "POST", "/v1/chat/completions", chat_body("bb"));
  EXPECT_EQ(near.error_message(), "there is no model `bb`");
  EXPECT_EQ(daemon.records().count("started"), 1u);
}

TEST(Access, SecretsAreNowhereToBeSeen) {
  TestDaemon daemon(two_models(kRoles));
  with_key(daemon.port(), "wrong-guess", "GET", "/running");
  with_key(daemon.port(), "talker", "GET", "/running");
  const Response config = with_key(daemon.port(), "master", "GET", "/api/config");
  const std::string log = with_key(daemon.port(), "master", "GET", "/logs").body.bytes;
  for (const char* secret : {"master", "talker", "watcher", "wrong-guess"}) {
    EXPECT_EQ(config.body.bytes.find(secret), std::string::npos) << secret;
    EXPECT_EQ(log.find(secret), std::string::npos) << secret;
    EXPECT_EQ(daemon.output().find(secret), std::string::npos) << secret;
  }
  EXPECT_NE(config.body.bytes.find("frontend"), std::string::npos);
}

TEST(Access, AReloadCountsFromTheNextRequestOn) {
  TestDaemon daemon(two_models());
  const HeaderList page{{"Origin", "http://localhost:3000"}};
  RawClient client(daemon.port());
  client.send(make_request("POST", "/api/models/unload", {}, page));
  EXPECT_EQ(read_response(client).status(), 403);
  ASSERT_EQ(
      daemon.reload(two_models("cors: {origins: ['http://localhost:3000']}\nallowedHosts: [box]")).status(),
      200);
  client.send(make_request("POST", "/api/models/unload", {}, page));
  EXPECT_EQ(read_response(client).status(), 200);
  client.send(host_request("box"));
  EXPECT_EQ(read_response(client).status(), 200);
  ASSERT_EQ(daemon.reload(two_models(kRoles)).status(), 200);
  EXPECT_EQ(get(daemon.port(), "/running").status(), 401);
  EXPECT_EQ(with_key(daemon.port(), "watcher", "GET", "/running").status(), 200);
}

std::string forwarded(const TestDaemon& daemon, const std::string& name) {
  const Event head = daemon.records().wait_for("head", "a");
  const Json headers = head["headers"];
  for (const Json& field : headers) {
    if (field[0] == name) return field[1];
  }
  return "-";
}

const HeaderList kForwarded{{"X-Forwarded-For", "6.6.6.6"},
                            {"X-Forwarded-Proto", "https"},
                            {"X-Forwarded-Host", "ai.example"},
                            {"X-Real-IP", "6.6.6.6"}};

TEST(Access, WhatAStrangerSaysOfItselfReachesNoModel) {
  TestDaemon daemon(config_with({{"a"}}));
  ASSERT_EQ(ask_as(daemon.port(), "POST", "/v1/chat/completions", kForwarded, chat_body("a")).status(), 200);
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-For"), "127.0.0.1");
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-Proto"), "http");
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-Host"), "localhost");
  EXPECT_EQ(forwarded(daemon, "X-Real-IP"), "-");
}

TEST(Access, WhatATrustedProxySaysDoes) {
  TestDaemon daemon(config_with({{"a"}}, "trustedProxies: [127.0.0.0/8]"));
  ASSERT_EQ(ask_as(daemon.port(), "POST", "/v1/chat/completions", kForwarded, chat_body("a")).status(), 200);
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-For"), "6.6.6.6, 127.0.0.1");
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-Proto"), "https");
  EXPECT_EQ(forwarded(daemon, "X-Forwarded-Host"), "ai.example");
  EXPECT_EQ(forwarded(daemon, "X-Real-IP"), "6.6.6.6");
}

}  // namespace
}  // namespace paddock::test
