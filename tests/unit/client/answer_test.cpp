#include "answer.h"

#include <gtest/gtest.h>

namespace paddock::client {
namespace {

const Question kQuestion{"http://box:1", "/api/plan", false};

std::string sentence(int status, const std::string& body, const Question& question = kQuestion) {
  const auto result = judge(question, {status, body});
  return result ? "no failure: " + *result : result.error().sentence;
}

std::string error_body(const std::string& message, const std::string& code) {
  return R"({"error":{"message":")" + message + R"(","type":"t","param":null,"code":")" + code +
         R"(","detail":null}})";
}

TEST(Answer, JsonComesThroughAsItIs) {
  EXPECT_EQ(*judge(kQuestion, {200, "{ \"a\": 1 }\n"}), "{ \"a\": 1 }\n");
  EXPECT_EQ(*judge(kQuestion, {202, "[]"}), "[]");
}

TEST(Answer, AKeyThatIsMissingOrWrong) {
  EXPECT_EQ(sentence(401, error_body("No.", "unauthorized")),
            "http://box:1 wants a key; set PADDOCK_API_KEY to one of the apiKeys in its configuration");
  EXPECT_EQ(
      sentence(401, "<html>", {"http://box:1", "/x", true}),
      "http://box:1 refuses the key in PADDOCK_API_KEY; set PADDOCK_API_KEY to one of the apiKeys in its "
      "configuration");
}

TEST(Answer, TheDaemonsOwnWordsWithStatusAndCode) {
  EXPECT_EQ(sentence(404, error_body("There is no model 'x'.", "model_not_found")),
            "http://box:1 says: There is no model 'x'. (404 model_not_found)");
  EXPECT_EQ(sentence(500, R"({"error":{"message":"Odd.\n"}})"), "http://box:1 says: Odd. (500)");
}

TEST(Answer, WhatItSaysCannotSteerTheTerminal) {
  EXPECT_EQ(sentence(500, error_body(R"(a\u001b[2Jb)", R"(c\u0007)")),
            R"(http://box:1 says: a\x1b[2Jb (500 c\x07))");
}

TEST(Answer, AnAddressThatTheDaemonDoesNotHave) {
  for (const char* code : {"not_found", "method_not_allowed"}) {
    EXPECT_EQ(sentence(404, error_body("Nothing there.", code)),
              "the daemon at http://box:1 does not know /api/plan; run the same version here and there");
  }
}

TEST(Answer, WhatIsNotPaddock) {
  const std::string end = "); name the daemon's address with --url or PADDOCK_HOST";
  EXPECT_EQ(sentence(200, "<html>"),
            "what answers at http://box:1 is no paddock (/api/plan: status 200" + end);
  EXPECT_EQ(sentence(200, ""), "what answers at http://box:1 is no paddock (/api/plan: status 200" + end);
  for (const char* body :
       {"", "gone", "[]", "{}", R"({"error":"x"})", R"({"error":{}})", R"({"error":{"message":1}})",
        R"({"error":{"message":null,"code":"not_found"}})"}) {
    EXPECT_EQ(sentence(502, body), "what answers at http://box:1 is no paddock (/api/plan: status 502" + end)
        << body;
  }
  EXPECT_EQ(sentence(301, ""), "what answers at http://box:1 is no paddock (/api/plan: status 301" + end);
}

}  // namespace
}  // namespace paddock::client
