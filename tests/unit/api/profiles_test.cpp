#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

std::shared_ptr<const config::Config> two_profiles() {
  auto config = std::make_shared<config::Config>();
  config->models = {make_model("a"), make_model("b")};
  config->profiles.resize(2);
  config->profiles[0].name = "night";
  config->profiles[0].pins = {{"gpt-4", "a"}, {"off", ""}};
  config->profiles[1].name = "day";
  config->profiles[1].description = "the loud one";
  config->profiles[1].pins = {{"gpt-4", "b"}};
  return config;
}

TEST(Profiles, SortedWithTheirPins) {
  Bench bench(two_profiles());
  EXPECT_EQ(bench.json("GET", "/api/profiles"), json::parse(R"({"active": null, "profiles": [
    {"id": "day", "description": "the loud one", "pins": {"gpt-4": "b"}},
    {"id": "night", "description": "", "pins": {"gpt-4": "a", "off": ""}}]})"));
}

TEST(Profiles, SwitchedOnAndOff) {
  Bench bench(two_profiles());
  const char* path = "/api/profiles/active";
  EXPECT_EQ(bench.json("PUT", path, R"({"name": "day"})"), (json{{"active", "day"}}));
  EXPECT_EQ(bench.json("GET", "/api/profiles")["active"], "day");
  EXPECT_EQ(bench.profile.name(), "day");
  EXPECT_EQ(bench.json("PUT", path, R"({"name": null})"), (json{{"active", nullptr}}));
  EXPECT_EQ(bench.json("GET", "/api/profiles")["active"], nullptr);
  bench.json("PUT", path, R"({"name": "night"})");
  EXPECT_EQ(bench.json("PUT", path, R"({"name": ""})"), (json{{"active", nullptr}}));
}

TEST(Profiles, RefusesWhatItCannotUnderstand) {
  Bench bench(two_profiles());
  const char* path = "/api/profiles/active";
  bench.json("PUT", path, R"({"name": "day"})");
  for (const char* body :
       {"", "x", "[]", "{}", "null", R"({"name": 1})", R"({"name": []})", R"({"nam": "day"})"}) {
    EXPECT_EQ(bench.error("PUT", path, body), "400 invalid_request") << body;
  }
  EXPECT_EQ(bench.error("PUT", path, R"({"name": "noon"})"), "404 not_found");
  EXPECT_EQ(bench.profile.name(), "day") << "and nothing changes";
}

}  // namespace
}  // namespace paddock::api
