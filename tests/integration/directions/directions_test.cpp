// Where a request goes: a model's own names, what an active profile pins, selectors, and other servers.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// Profiles.

Response switch_on(const TestDaemon& daemon, const std::string& profile) {
  const std::string body = profile.empty() ? R"({"name": null})" : R"({"name": ")" + profile + R"("})";
  return ask(daemon.port(), make_request("PUT", "/api/profiles/active", body));
}

TEST(Directions, AProfilePinsNamesWhileItIsActive) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, "profiles: {night: {pins: {a: b, gpt: a, off: ''}}}"));
  EXPECT_EQ(chat(daemon.port(), "gpt").error_code(), "model_not_found");
  EXPECT_EQ(switch_on(daemon, "night").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "a").json()["model"], "b");
  EXPECT_EQ(chat(daemon.port(), "gpt").json()["model"], "a") << "pins do not chain";
  const Response off = chat(daemon.port(), "off");
  EXPECT_EQ(off.status(), 404);
  EXPECT_NE(off.error_message().find("switched off"), std::string::npos);
  switch_on(daemon, "");
  EXPECT_EQ(chat(daemon.port(), "a").json()["model"], "a");
}

TEST(Directions, WhatAPinReplacedIsWrittenIntoTheRequest) {
  TestDaemon daemon(config_with({{"a"}}, "profiles: {p: {pins: {gpt: a}}}"));
  switch_on(daemon, "p");
  EXPECT_EQ(post(daemon.port(), "/v1/completions", R"({ "model" : "gpt", "prompt": "x" })").status(), 200);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"], R"({ "model" : "a", "prompt": "x" })");
}

// Selectors.

std::string selector(const std::string& rest) { return "selectors: {any: {" + rest + "}}"; }

TEST(Directions, WarmGoesWhereSomethingIsLoaded) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, selector("strategy: warm, targets: [a, b]")));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "any").json()["model"], "b");
  EXPECT_EQ(names_started(daemon.records()), std::vector<std::string>{"b"});
}

TEST(Directions, SpilloverWakesTheNextWhenTheFirstIsBusy) {
  const std::string top = side_by_side("a, b") + "\n" + selector("strategy: spillover, targets: [a, b]");
  TestDaemon daemon(config_with({{"a"}, {"b"}}, top));
  RawClient running(daemon.port());
  begin_stream(running, "any", "g");
  EXPECT_EQ(chat(daemon.port(), "any").json()["model"], "b");
  daemon.release("a", "g");
  running.read_until("second\r\n0\r\n\r\n");
  EXPECT_EQ(names_started(daemon.records()), (std::vector<std::string>{"a", "b"}));
}

TEST(Directions, ATargetThatCannotStartIsFailedOver) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen"}, {"b"}},
                                selector("strategy: pin, targets: [a], failover: [b]")));
  const Response answer = chat(daemon.port(), "any");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.json()["model"], "b");
}

TEST(Directions, AModelsOwnErrorIsAnAnswer) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, selector("strategy: pin, targets: [a], failover: [b]")));
  EXPECT_EQ(chat(daemon.port(), "any", {{"status", 500}, {"pieces", {"sorry"}}}).status(), 500);
  EXPECT_EQ(names_started(daemon.records()), std::vector<std::string>{"a"});
}

TEST(Directions, WithoutAnythingToFailOverToTheFirstErrorIsTold) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen"}, {"b", "--exit-before-listen"}},
                                selector("strategy: pin, targets: [a], failover: [b]")));
  EXPECT_EQ(chat(daemon.port(), "any").error_code(), "start_failed");
}

// Peers: the other one is a paddock as well.

class DirectionsPeers : public ::testing::Test {
 protected:
  std::string peer(const std::string& more = {}) const {
    return "peers: {box: {proxy: 'http://127.0.0.1:" + std::to_string(box.port()) + "', models: [far, a]" +
           more + "}}";
  }
  Event seen(const std::string& event = "request") const { return box.records().wait_for(event, "far"); }

  TestDaemon box{config_with({{"far"}, {"a"}})};
};

TEST_F(DirectionsPeers, APeersModelAnswersByItsFullAndItsBareName) {
  TestDaemon daemon(config_with({{"a"}}, peer()));
  EXPECT_EQ(post(daemon.port(), "/v1/completions", R"({"prompt": "x", "model": "box/far"})").status(), 200);
  EXPECT_EQ(seen()["body"], R"({"prompt": "x", "model": "far"})");
  EXPECT_EQ(chat(daemon.port(), "far").json()["model"], "far");
  EXPECT_EQ(daemon.records().count("started"), 0u);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "a model of this file wins";
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST_F(DirectionsPeers, TheKeyOfThePeerReplacesTheClientsOwn) {
  TestDaemon daemon(config_with({{"a"}}, peer(", apiKey: theirs") + "\napiKeys: [ours]"));
  const HeaderList key = {{"Authorization", "Bearer ours"}, {"Cookie", "c=1"}};
  EXPECT_EQ(ask(daemon.port(), make_request("POST", "/v1/chat/completions", chat_body("far"), key)).status(),
            200);
  const std::string head = seen("head").dump();
  EXPECT_NE(head.find("Bearer theirs"), std::string::npos) << head;
  EXPECT_EQ(head.find("ours"), std::string::npos) << head;
}

TEST_F(DirectionsPeers, TheClientsOwnKeyStaysHereUnlessItIsToGoOn) {
  const HeaderList key = {{"Authorization", "Bearer mine"}, {"X-Api-Key", "mine"}};
  const std::string request = make_request("POST", "/v1/chat/completions", chat_body("far"), key);
  {
    TestDaemon daemon(config_with({{"a"}}, peer()));
    EXPECT_EQ(ask(daemon.port(), request).status(), 200);
    EXPECT_EQ(seen("head").dump().find("mine"), std::string::npos);
  }
  TestDaemon daemon(config_with({{"a"}}, peer(", forwardAuth: true")));
  EXPECT_EQ(ask(daemon.port(), request).status(), 200);
  EXPECT_NE(box.records().wait_for("head", "far", 2).dump().find("Bearer mine"), std::string::npos);
  TestDaemon locked(config_with({{"a"}}, peer(", forwardAuth: true") + "\napiKeys: [mine]"));
  EXPECT_EQ(ask(locked.port(), request).status(), 200);
  EXPECT_NE(box.records().wait_for("head", "far", 3).dump().find("Bearer mine"), std::string::npos)
      << "also where it opens this paddock";
}

TEST_F(DirectionsPeers, APeersOwnErrorComesThroughAndOneThatIsGoneIsSaid) {
  TestDaemon daemon(config_with({{"a"}}, peer()));
  EXPECT_EQ(chat(daemon.port(), "far", {{"status", 418}, {"pieces", {"tea"}}}).status(), 418);
  box.stop();
  const Response answer = chat(daemon.port(), "far");
  EXPECT_EQ(answer.status(), 502);
  EXPECT_EQ(answer.error_code(), "upstream_unreachable");
  EXPECT_NE(answer.error_message().find("peer `box`"), std::string::npos) << answer.error_message();
}

TEST_F(DirectionsPeers, AnswerInOllamasWordsToo) {
  TestDaemon daemon(config_with({{"a"}}, peer()));
  const std::string body = R"({"model": "far:latest", "prompt": "x", "stream": false})";
  const Response answer = post(daemon.port(), "/api/generate", body);
  EXPECT_EQ(answer.status(), 200) << answer.body.bytes;
  EXPECT_EQ(answer.json()["done"], true);
  EXPECT_EQ(Json::parse(seen()["body"].get<std::string>())["model"], "far");
}

TEST_F(DirectionsPeers, APeerIsToldNothingOfThePageThatAsks) {
  TestDaemon daemon(config_with({{"a"}}, peer() + "\ncors: {origins: ['http://page:3000']}"));
  const HeaderList page = {
      {"Origin", "http://page:3000"}, {"Sec-Fetch-Site", "cross-site"}, {"Cookie", "c=1"}};
  const std::string request = make_request("POST", "/v1/chat/completions", chat_body("far"), page);
  EXPECT_EQ(ask(daemon.port(), request).status(), 200);
  const std::string head = seen("head").dump();
  for (const char* told : {"page:3000", "cross-site", "c=1"})
    EXPECT_EQ(head.find(told), std::string::npos) << head;
}

TEST_F(DirectionsPeers, ASelectorFailsOverToAPeer) {
  TestDaemon daemon(
      config_with({{"b", "--exit-before-listen"}},
                  peer() + "\n" + selector("strategy: pin, targets: [b], failover: [box/far]")));
  EXPECT_EQ(chat(daemon.port(), "any").json()["model"], "far");
}

TEST_F(DirectionsPeers, FiltersChangeWhatAPeerIsAsked) {
  TestDaemon daemon(config_with({{"a"}}, peer(", filters: {stripParams: 'top_k', setParams: {seed: 7}}")));
  const std::string body = R"({"model":"far","top_k":5,"prompt":"x"})";
  EXPECT_EQ(post(daemon.port(), "/v1/completions", body).status(), 200);
  const Json sent = Json::parse(std::string(seen()["body"]));
  EXPECT_EQ(sent, Json({{"model", "far"}, {"prompt", "x"}, {"seed", 7}}));
}

}  // namespace
}  // namespace paddock::test
