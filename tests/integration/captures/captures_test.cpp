// With captureBuffer the last requests and answers are kept, without keys in their headers; by itself nothing
// is.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Json captures(const TestDaemon& daemon) { return get(daemon.port(), "/api/captures").json()["captures"]; }

// The newest one.
Json newest(const TestDaemon& daemon) {
  Json list;
  eventually([&] { return !(list = captures(daemon)).empty(); });
  return list.empty() ? Json() : get(daemon.port(), "/api/captures/" + list[0]["id"].dump()).json();
}

TEST(Captures, KeepNothingByThemselves) {
  TestDaemon daemon(two_models());
  chat(daemon.port(), "a");
  EXPECT_EQ(captures(daemon), Json::array());
}

TEST(Captures, HoldRequestAndAnswer) {
  TestDaemon daemon(two_models("captureBuffer: 1"));
  const std::string body = chat_body("a", {{"mode", "chunked"}, {"pieces", {"fo", "o"}}});
  const HeaderList headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer secret"}};
  ask(daemon.port(), make_request("POST", "/v1/chat/completions?key=secret", body, headers));
  const Json one = newest(daemon);
  EXPECT_EQ(one["req_path"], "/v1/chat/completions");
  EXPECT_EQ(one["req_headers"]["Authorization"], "[REDACTED]");
  EXPECT_EQ(one["resp_body"], "Zm9v") << "without the framing";
  EXPECT_EQ(one["resp_headers"]["Content-Type"], "application/json");
  EXPECT_EQ(one["req_body"].get<std::string>().size(), (body.size() + 2) / 3 * 4);
  EXPECT_EQ(one.dump().find("secret"), std::string::npos);
}

TEST(Captures, KeepTheRequestOfWhatFailed) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen"}}, "captureBuffer: 1"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 503);
  const Json one = newest(daemon);
  EXPECT_TRUE(one["req_body"].is_string());
  EXPECT_EQ(one["resp_body"], nullptr);
  EXPECT_EQ(captures(daemon)[0]["status"], nullptr);
}

TEST(Captures, AnAnswerThatBreaksOffIsNoBody) {
  TestDaemon daemon(two_models("captureBuffer: 1"));
  chat(daemon.port(), "a", {{"mode", "chunked"}, {"pieces", {"fo", "o"}}, {"close_after_pieces", 1}});
  EXPECT_EQ(newest(daemon)["resp_body"], nullptr);
  EXPECT_EQ(captures(daemon)[0]["status"], 200);
}

TEST(Captures, AReloadSwitchesThemOff) {
  TestDaemon daemon(two_models("captureBuffer: 1"));
  chat(daemon.port(), "a");
  EXPECT_TRUE(eventually([&] { return captures(daemon).size() == 1; }));
  EXPECT_EQ(daemon.reload(two_models()).status(), 200);
  EXPECT_EQ(captures(daemon), Json::array());
  chat(daemon.port(), "a");
  EXPECT_EQ(captures(daemon), Json::array());
}

}  // namespace
}  // namespace paddock::test
