// GET /api/config, POST /api/config/reload and check, GET /api/matrix: what the desk says, and how it is
// answered.
#include <gtest/gtest.h>

#include "bench.h"

namespace paddock::api {
namespace {

TEST(Config, IsDescribedByTheDesk) {
  Bench bench;
  const auto answer = bench.call("GET", "/api/config");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, bench.desk.description());
}

TEST(Config, ReloadAnswersWithTheReport) {
  Bench bench;
  const auto answer = bench.call("POST", "/api/config/reload");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, bench.desk.answer.report);
}

TEST(Config, AReloadThatChangedNothingIsAnError) {
  Bench bench;
  bench.desk.answer = {false, "{\"reloaded\":false}\n"};
  EXPECT_EQ(bench.call("POST", "/api/config/reload").status, 400);
}

TEST(Config, ChecksTheBodyAsItCame) {
  Bench bench;
  const auto answer = bench.call("POST", "/api/config/check", {}, "models: {}\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}\n");
  EXPECT_EQ(bench.desk.checked, "models: {}\n");
}

TEST(Config, TheDeskAnswersForTheFile) {
  Bench bench;
  const auto text = bench.call("GET", "/api/config/file");
  EXPECT_EQ(text.status, 412);
  EXPECT_EQ(text.body, "hm\n");
  EXPECT_EQ(bench.call("PUT", "/api/config", {{"If-Match", "\"v1\""}}, "models: {}\n").status, 412);
  EXPECT_EQ(bench.desk.checked, "\"v1\" models: {}\n");
}

TEST(Config, SaysWhenThereIsTooMuchToThinkAbout) {
  Bench bench;
  bench.desk.thought = std::nullopt;
  EXPECT_EQ(bench.error("POST", "/api/config/check"), "503 busy");
  EXPECT_EQ(bench.error("GET", "/api/matrix"), "503 busy");
}

}  // namespace
}  // namespace paddock::api
