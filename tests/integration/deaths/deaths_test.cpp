// A model that dies: in whatever state, the API says so within a second, and nothing stays behind.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "paddock/base/process_facts.h"
#include "tests/integration/scenario.h"
#include "tests/support/lives.h"

namespace paddock::test {
namespace {

constexpr Millis kASecond{1000};

pid_t pid_of(const TestDaemon& daemon, const std::string& model) {
  return daemon.records().wait_for("started", model)["pid"];
}

// The API's places that say how a model is must agree within the second after its death.
void expect_told(const TestDaemon& daemon, Clock::time_point died, const Json& klass) {
  const auto left = kASecond - std::chrono::duration_cast<Millis>(Clock::now() - died);
  EXPECT_TRUE(daemon.reaches("a", "stopped", left)) << daemon.state("a");
  EXPECT_TRUE(get(daemon.port(), "/running").json()["running"].empty());
  const Json launch = get(daemon.port(), "/api/models/a").json()["launch"];
  EXPECT_EQ(launch["class"], klass) << launch;
  EXPECT_EQ(launch["signal"], SIGKILL) << launch;
  EXPECT_FALSE(launch["ended"].is_null());
  EXPECT_EQ(get(daemon.port(), "/api/models/a/launches").json()["launches"][0]["class"], klass);
}

TEST(Deaths, WhileItStarts) {
  TestDaemon daemon(config_with({{"a", "--health-never"}}));
  auto asker = start_chat(daemon.port(), "a");
  daemon.records().wait_for("probe", "a");
  EXPECT_EQ(daemon.state("a"), "starting");
  const auto died = Clock::now();
  ::kill(pid_of(daemon, "a"), SIGKILL);
  expect_told(daemon, died, "signal");
  EXPECT_EQ(asker.get().error_code(), "start_failed");
}

TEST(Deaths, WhileItIsReady) {
  TestDaemon daemon(config_with({{"a"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto died = Clock::now();
  ::kill(pid_of(daemon, "a"), SIGKILL);
  expect_told(daemon, died, "signal");
}

TEST(Deaths, WhileItAnswers) {
  TestDaemon daemon(config_with({{"a"}}));
  RawClient running(daemon.port());
  begin_stream(running, "a", "never");
  const auto died = Clock::now();
  ::kill(pid_of(daemon, "a"), SIGKILL);
  expect_told(daemon, died, "signal");
  EXPECT_NE(running.wait_end(), End::kTimeout);
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["in_flight"], 0);
}

// Whoever was asked to go has not crashed, however it goes.
TEST(Deaths, WhileItStops) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm", "unloadTimeout: 60"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  auto unload = start_post(daemon.port(), "/api/models/a/unload");
  daemon.records().wait_for("sigterm", "a");
  EXPECT_EQ(daemon.state("a"), "stopping");
  const auto died = Clock::now();
  ::kill(pid_of(daemon, "a"), SIGKILL);
  expect_told(daemon, died, nullptr);
  EXPECT_EQ(unload.get().status(), 200);
}

TEST(Deaths, WhileItDrains) {
  TestDaemon daemon(config_with({{"a"}}));
  RawClient running(daemon.port());
  begin_stream(running, "a", "never");
  auto unload = start_post(daemon.port(), "/api/models/a/unload");
  ASSERT_TRUE(eventually([&] { return get(daemon.port(), "/api/models/a").json()["draining"] == true; }));
  const auto died = Clock::now();
  ::kill(pid_of(daemon, "a"), SIGKILL);
  EXPECT_TRUE(daemon.reaches("a", "stopped", kASecond));
  EXPECT_EQ(unload.get().status(), 200);
  EXPECT_LT(ms_since(died), 5000);
  EXPECT_NE(running.wait_end(), End::kTimeout);
}

// A grandchild in a session of its own holds the pipe of the log open.
TEST(Deaths, BeforeItIsReadyWithItsOutputHeldByAGrandchild) {
  TestDaemon daemon(config_with(
      {{"a", "--listen-delay-ms 60000 --fork-grandchild --setsid --exit-after-ms 100 --exit-code 7"}}));
  auto asker = start_chat(daemon.port(), "a");
  const pid_t pid = pid_of(daemon, "a");
  const pid_t grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ASSERT_TRUE(eventually([&] { return !alive(pid); }));
  const auto died = Clock::now();
  const Response answer = asker.get();
  EXPECT_LT(ms_since(died), 1000);
  EXPECT_EQ(answer.error_code(), "start_failed");
  EXPECT_EQ(answer.json()["error"]["detail"]["exit"], 7);
  EXPECT_TRUE(daemon.reaches("a", "stopped", kASecond));
  EXPECT_FALSE(alive(grandchild));
}

// ---- what stays behind: nothing

// Dead, unreaped, and below the daemon.
int zombies(pid_t daemon) {
  std::set<pid_t> ours = {daemon};
  const auto all = all_processes();
  for (std::size_t before = 0; before != ours.size();) {
    before = ours.size();
    for (const ProcessFacts& one : all) {
      if (ours.count(one.parent) != 0) ours.insert(one.pid);
    }
  }
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const ProcessFacts& one) {
    return one.state == 'Z' && ours.count(one.pid) != 0;
  }));
}

std::ptrdiff_t descriptors(pid_t pid) {
  return std::distance(std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"),
                       std::filesystem::directory_iterator());
}

TEST(Deaths, FiftyCrashesLeaveNoZombieAndNoDescriptor) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild"}}));
  const pid_t pid = daemon.process().pid();
  const auto crash = [&](std::size_t times) {
    // Not by a request: a model that crashes again and again is held back.
    EXPECT_EQ(post(daemon.port(), "/api/models/a/load").status(), 200);
    ::kill(daemon.records().wait_for("started", "a", times)["pid"], SIGKILL);
    EXPECT_TRUE(daemon.reaches("a", "stopped"));
  };
  crash(1);
  std::ptrdiff_t before = 0;
  ASSERT_TRUE(eventually([&] { return std::exchange(before, descriptors(pid)) == descriptors(pid); }));
  for (std::size_t times = 2; times <= 51; ++times) {
    crash(times);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(eventually([&] { return zombies(pid) == 0; })) << zombies(pid);
  EXPECT_TRUE(eventually([&] { return descriptors(pid) <= before; })) << descriptors(pid) << " > " << before;
}

// As `sh -c` and `docker run` do: what the daemon starts is not what serves.
TEST(Deaths, AnUnloadEndsTheWholeTreeOfAWrapper) {
  TestDaemon daemon(
      "models:\n  a:\n    cmd: sh -c \"setsid @FAKE@ --name a --port ${PORT} --fork-grandchild --setsid "
      "--ignore-sigterm & wait\"\n    unloadTimeout: 1\n");
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t engine = pid_of(daemon, "a"),
              grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ASSERT_TRUE(alive(engine) && alive(grandchild));
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_FALSE(alive(engine));
  EXPECT_FALSE(alive(grandchild));
}

}  // namespace
}  // namespace paddock::test
