// The name in the request leads to the model; nothing else in the body is touched.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

std::string body_seen(TestDaemon& daemon, const std::string& body, std::size_t nth = 1) {
  EXPECT_EQ(post(daemon.port(), kChat, body).status(), 200) << body;
  return daemon.records().wait_for("request", "a", nth)["body"];
}

TEST(Names, AliasesLeadToTheModel) {
  TestDaemon daemon(config_with({{"a", "", "aliases: [gpt-4, other]"}, {"b"}}));
  EXPECT_EQ(chat(daemon.port(), "gpt-4").json()["model"], "a");
  EXPECT_EQ(chat(daemon.port(), "other").json()["model"], "a");
  EXPECT_EQ(daemon.records().count("started"), 1u);
}

TEST(Names, BodyPassesUnchanged) {
  TestDaemon daemon(two_models());
  const std::string body =
      " {\n\t\"z\" : 1.50, \"model\":\"a\" , \"dup\":1,\"dup\":2, \"u\":\"\\u00e9\xc3\xa9\", \"n\":1e400 "
      "}\r\n ";
  EXPECT_EQ(body_seen(daemon, body), body);
}

TEST(Names, UseModelNameReplacesOnlyTheName) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: \"real/name \\\"q\\\"\""}}));
  const std::string before = " {\"x\": {\"model\":\"a\"}, \"z\" : 1.50,\n \"model\" :  ";
  const std::string after = "  , \"messages\":[{\"content\":\"\\\"model\\\":\\\"a\\\"\"}] }\n";
  EXPECT_EQ(body_seen(daemon, before + "\"a\"" + after), before + "\"real/name \\\"q\\\"\"" + after);
}

TEST(Names, UseModelNameForAliasesToo) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: real\naliases: [short]"}}));
  EXPECT_EQ(body_seen(daemon, "{\"model\":\"short\"}"), "{\"model\":\"real\"}");
}

TEST(Names, WithoutItTheClientsNameIsForwarded) {
  TestDaemon daemon(config_with({{"a", "", "aliases: [short]"}}));
  EXPECT_EQ(body_seen(daemon, "{\"model\":\"short\"}"), "{\"model\":\"short\"}");
}

TEST(Names, NamesWithEscapes) {
  TestDaemon daemon(config_with({{"a", "", "aliases: [\"gr\\u00fcn\"]"}}));
  EXPECT_EQ(body_seen(daemon, "{\"model\":\"gr\\u00fcn\"}", 1), "{\"model\":\"gr\\u00fcn\"}");
  EXPECT_EQ(body_seen(daemon, "{\"mod\\u0065l\":\"a\"}", 2), "{\"mod\\u0065l\":\"a\"}");
}

TEST(Names, IdsWithSlashesAndBlanks) {
  TestDaemon daemon("models:\n  \"org/my model\":\n    cmd: '@FAKE@ --port ${PORT} --name m'\n");
  EXPECT_EQ(chat(daemon.port(), "org/my model").status(), 200);
}

TEST(Names, BodyInsideAWholeLoadOfOtherMembers) {
  TestDaemon daemon(two_models());
  const std::string body = "{\"pad\":\"" + std::string(1'000'000, 'x') + "\",\"model\":\"a\"}";
  EXPECT_EQ(post(daemon.port(), kChat, body).status(), 200);
}

}  // namespace
}  // namespace paddock::test
