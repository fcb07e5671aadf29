// A model that dies: everybody is told why, and a burst of requests does not start it again and again.
#include <signal.h>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kOutOfMemory =
    "ggml_cuda: allocating 9000.00 MiB on device 0: cudaMalloc failed: out of memory";

std::string dies_at_once() {
  return "--exit-before-listen --exit-code 1 --log-line 'loading' --log-line '" + std::string(kOutOfMemory) +
         "'";
}

Json detail_of(const Response& response) { return response.json()["error"]["detail"]; }
Json launches_of(const TestDaemon& daemon, const std::string& model) {
  return get(daemon.port(), "/api/models/" + model + "/launches").json()["launches"];
}

TEST(CrashLoop, ABurstOfRequestsCostsFewStartsAndAllAreToldWhy) {
  TestDaemon daemon(config_with({{"a", dies_at_once()}, {"b"}}));
  int held = 0;
  for (int i = 0; i < 21; ++i) {
    const auto start = Clock::now();
    const Response response = chat(daemon.port(), "a");
    EXPECT_EQ(response.status(), 503);
    EXPECT_EQ(detail_of(response)["class"], "out_of_vram");
    EXPECT_EQ(detail_of(response)["exit"], 1);
    EXPECT_TRUE(detail_of(response)["signal"].is_null());
    EXPECT_EQ(detail_of(response)["line"], kOutOfMemory);
    if (response.error_code() != "crash_loop") continue;
    ++held;
    EXPECT_LT(ms_since(start), 500) << "milliseconds, but on a busy machine";
    EXPECT_GE(std::stoi("0" + response.head.header("Retry-After")), 1);
    EXPECT_EQ(response.head.header("x-should-retry"), "");
    EXPECT_NE(response.error_message().find("/api/models/a/load"), std::string::npos);
  }
  EXPECT_GE(held, 13);
  EXPECT_LE(daemon.records().count("started", "a"), 8u);
  EXPECT_EQ(launches_of(daemon, "a").size(), daemon.records().count("started", "a"))
      << "refusals are no launches";
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

TEST(CrashLoop, EndsByItself) {
  TestDaemon daemon(config_with({{"a", dies_at_once()}}));
  EXPECT_EQ(chat(daemon.port(), "a").error_code(), "start_failed");
  EXPECT_TRUE(eventually([&] { return chat(daemon.port(), "a").error_code() == "start_failed"; }));
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

TEST(CrashLoop, ALoadTriesNow) {
  TestDaemon daemon(config_with({{"a", dies_at_once()}}));
  EXPECT_EQ(chat(daemon.port(), "a").error_code(), "start_failed");
  for (std::size_t starts = 2; starts <= 4; ++starts) {
    EXPECT_EQ(post(daemon.port(), "/api/models/a/load").error_code(), "start_failed");
    EXPECT_EQ(daemon.records().count("started", "a"), starts);
  }
  const Json plan = get(daemon.port(), "/api/plan?model=a").json();
  EXPECT_EQ(plan["action"], "refuse") << plan;
}

TEST(CrashLoop, APromptThatKillsTheModelEachTimeDoesNotLoadItEachTime) {
  TestDaemon daemon(
      config_with({{"a", "--crash-on-request --log-line '" + std::string(kOutOfMemory) + "'"}}));
  for (int i = 0; i < 21; ++i) EXPECT_GE(chat(daemon.port(), "a").status(), 500);
  EXPECT_LE(daemon.records().count("started", "a"), 8u);
}

TEST(CrashLoop, TheLaunchesTellHowEachEnded) {
  TestDaemon daemon(config_with({{"a", dies_at_once()}}));
  chat(daemon.port(), "a");
  const Json launch = launches_of(daemon, "a").at(0);
  EXPECT_EQ(launch["id"], launch["generation"]);
  EXPECT_FALSE(launch["started"].is_null());
  EXPECT_FALSE(launch["ended"].is_null());
  EXPECT_EQ(launch["exit"], 1);
  EXPECT_TRUE(launch["signal"].is_null());
  EXPECT_EQ(launch["class"], "out_of_vram");
  EXPECT_EQ(launch["line"], kOutOfMemory);
  EXPECT_EQ(launch["tail"], "loading\n" + std::string(kOutOfMemory) + "\n");
}

TEST(CrashLoop, TheLastTenLaunchesAreKept) {
  TestDaemon daemon(config_with({{"a", dies_at_once()}}));
  for (int i = 0; i < 12; ++i) post(daemon.port(), "/api/models/a/load");
  const Json launches = launches_of(daemon, "a");
  ASSERT_EQ(launches.size(), 10u);
  EXPECT_GT(launches[0]["id"], launches[9]["id"]);
}

TEST(CrashLoop, ACrashAfterReadinessHasItsClass) {
  TestDaemon daemon(config_with({{"a", "--exit-code 1 --log-line '" + std::string(kOutOfMemory) + "'"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  const Response last = chat(daemon.port(), "a", {{"crash", true}});
  EXPECT_EQ(last.error_code(), "upstream_unreachable");
  EXPECT_EQ(detail_of(last)["class"], "out_of_vram") << last.body.bytes;
  EXPECT_EQ(detail_of(last)["line"], kOutOfMemory);
  ASSERT_TRUE(daemon.reaches("a", "stopped"));
  const Json launch = launches_of(daemon, "a").at(0);
  EXPECT_EQ(launch["class"], "out_of_vram");
  EXPECT_EQ(launch["reason"], "crashed");
  EXPECT_FALSE(launch["ready"].is_null());
}

TEST(CrashLoop, AKilledModelIsToldAsKilled) {
  TestDaemon daemon(config_with({{"a"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  ::kill(daemon.records().wait_for("started", "a")["pid"], SIGKILL);
  ASSERT_TRUE(daemon.reaches("a", "stopped", Millis(1000)));
  const Json launch = launches_of(daemon, "a").at(0);
  EXPECT_EQ(launch["class"], "signal");
  EXPECT_EQ(launch["signal"], 9);
  EXPECT_TRUE(launch["exit"].is_null());
  EXPECT_NE(launch["failure"]["message"].get<std::string>().find("OOM killer"), std::string::npos);
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["launch"]["class"], "signal");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "it had served: no crash loop";
}

TEST(CrashLoop, AStopByOrderHasNoClass) {
  TestDaemon daemon(config_with({{"a"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  post(daemon.port(), "/api/models/a/unload");
  const Json launch = launches_of(daemon, "a").at(0);
  EXPECT_TRUE(launch["class"].is_null()) << launch;
  EXPECT_TRUE(launch["failure"].is_null());
  EXPECT_FALSE(launch["exit"].is_null() && launch["signal"].is_null());
}

}  // namespace
}  // namespace paddock::test
