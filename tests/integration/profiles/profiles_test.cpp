// A profile is switched on and off while the daemon runs, and stays on while its file has it.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string with_profile(const std::string& name) {
  return two_models("profiles: {" + name + ": {description: loud, pins: {gpt-4: a}}}");
}

Response activate(const TestDaemon& daemon, const std::string& body) {
  return ask(daemon.port(), make_request("PUT", "/api/profiles/active", body));
}

Json active(const TestDaemon& daemon) { return get(daemon.port(), "/api/profiles").json()["active"]; }

TEST(Profiles, OnAndOff) {
  TestDaemon daemon(with_profile("day"));
  EXPECT_EQ(active(daemon), nullptr);
  EXPECT_EQ(get(daemon.port(), "/v1/models").json()["data"].size(), 2u);
  EXPECT_EQ(activate(daemon, R"({"name": "day"})").json(), (Json{{"active", "day"}}));
  EXPECT_EQ(active(daemon), "day");
  const Json data = get(daemon.port(), "/v1/models").json()["data"];
  ASSERT_EQ(data.size(), 3u);
  EXPECT_EQ(data[2]["id"], "gpt-4");
  EXPECT_EQ(activate(daemon, R"({"name": "night"})").status(), 404);
  EXPECT_EQ(activate(daemon, "{}").error_code(), "invalid_request");
  EXPECT_EQ(activate(daemon, R"({"name": null})").status(), 200);
  EXPECT_EQ(active(daemon), nullptr);
}

TEST(Profiles, OutliveAReloadThatKeepsThem) {
  TestDaemon daemon(with_profile("day"));
  activate(daemon, R"({"name": "day"})");
  EXPECT_EQ(daemon.reload(with_profile("day")).status(), 200);
  EXPECT_EQ(active(daemon), "day");
  EXPECT_EQ(daemon.reload(with_profile("night")).status(), 200);
  EXPECT_EQ(active(daemon), nullptr);
  EXPECT_EQ(daemon.reload(with_profile("day")).status(), 200);
  EXPECT_EQ(active(daemon), nullptr) << "it was switched off when it went";
}

}  // namespace
}  // namespace paddock::test
