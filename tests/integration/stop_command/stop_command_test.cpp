// A stop command instead of the signal: it has its own time, the next model waits for its end, and where it
// does not do, signals follow. The times are those of containers, scaled down.
#include <signal.h>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

double unload_ms(const TestDaemon& daemon) {
  const auto start = Clock::now();
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  return ms_since(start);
}

std::string stop_with(const std::string& script, const std::string& more = {}) {
  return "cmdStop: sh -c '" + script + "'\n" + more;
}

// The pid that a script wrote there.
pid_t pid_in(const std::string& file) {
  EXPECT_TRUE(eventually([&] { return read_file(file).ends_with("\n"); }));
  return static_cast<pid_t>(std::stol(read_file(file)));
}

bool says(const TestDaemon& daemon, const std::string& text) {
  return eventually([&] { return daemon.output().find(text) != std::string::npos; });
}

TEST(StopCommand, EndsTheModelAndWritesIntoItsLog) {
  TestDaemon daemon(config_with(
      {{"a", "--ignore-sigterm", stop_with("echo asked ${PID} at ${PORT} to go; kill -KILL ${PID}")}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const Event started = daemon.records().wait_for("started", "a");
  EXPECT_LT(unload_ms(daemon), 5000);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 0u);
  const std::string said = "asked " + std::to_string(static_cast<int>(started["pid"])) + " at " +
                           std::to_string(daemon.records().port_of("a")) + " to go\n";
  EXPECT_NE(get(daemon.port(), "/logs").body.bytes.find(said), std::string::npos);
  EXPECT_EQ(daemon.output().find("stop command"), std::string::npos) << "nothing to warn of";
}

// As a container that needs its time, and whose name is free only when `docker stop` has returned.
TEST(StopCommand, TheNextModelStartsAfterItsEndHoweverLongThatTakes) {
  const TempDir dir;
  const std::string slow = "sleep 1.5; kill -KILL ${PID}; sleep 1; echo $$ > " + dir.path("done");
  TestDaemon daemon(config_with(
      {{"a", "--ignore-sigterm", stop_with(slow, "cmdStopTimeout: 20\nunloadTimeout: 1")}, {"b"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto start = Clock::now();
  auto other = start_chat(daemon.port(), "b");
  daemon.records().wait_for("started", "b");
  EXPECT_NE(read_file(dir.path("done")), "") << "b started before the command of a had ended";
  EXPECT_GE(ms_since(start), 2500);
  EXPECT_EQ(other.get().status(), 200);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 0u);
}

TEST(StopCommand, ThatFailsIsFollowedByTheSignalAtOnce) {
  TestDaemon daemon(config_with({{"a", "", stop_with("exit 4", "unloadTimeout: 60")}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_LT(unload_ms(daemon), 5000);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 1u);
  EXPECT_TRUE(says(daemon, "the stop command of model `a` ended with exit code 4; SIGTERM follows"));
}

TEST(StopCommand, ThatIsNotThereIsFollowedByTheSignalAtOnce) {
  TestDaemon daemon(config_with({{"a", "", "cmdStop: /nowhere/stop ${PID}\nunloadTimeout: 60"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_LT(unload_ms(daemon), 5000);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 1u);
  EXPECT_TRUE(says(daemon, "`/nowhere/stop` does not exist; SIGTERM follows"));
}

TEST(StopCommand, ThatHangsHasItsOwnTimeThenTheSignalFollows) {
  const TempDir dir;
  const std::string hang = "echo $$ > " + dir.path("pid") + "; setsid sleep 60 & wait";
  TestDaemon daemon(config_with({{"a", "", stop_with(hang, "cmdStopTimeout: 1\nunloadTimeout: 60")}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const double took = unload_ms(daemon);
  EXPECT_GE(took, 950);
  EXPECT_LT(took, 6000);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 1u);
  EXPECT_FALSE(alive(pid_in(dir.path("pid"))));
  EXPECT_TRUE(says(daemon, "the stop command of model `a` did not end in time; SIGTERM follows"));
}

TEST(StopCommand, AModelThatHeedsNothingIsKilled) {
  TestDaemon daemon(
      config_with({{"a", "--ignore-sigterm", "cmdStop: 'true'\ncmdStopTimeout: 1\nunloadTimeout: 1"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const double took = unload_ms(daemon);
  EXPECT_GE(took, 1950);
  EXPECT_LT(took, 7000);
  EXPECT_FALSE(alive(daemon.records().wait_for("started", "a")["pid"]));
}

TEST(StopCommand, DoesNotDelayAShutdownBeyondItsBudget) {
  const TempDir dir;
  const std::string hang = "echo $$ > " + dir.path("pid") + "; exec sleep 600";
  TestDaemon daemon(
      config_with({{"a", "--ignore-sigterm", stop_with(hang, "cmdStopTimeout: 600")}}, "shutdownTimeout: 4"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto start = Clock::now();
  daemon.process().signal(SIGTERM);
  const pid_t command = pid_in(dir.path("pid"));
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_LT(ms_since(start), 4500);
  EXPECT_FALSE(alive(command));
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 1u) << "signals had their share";
}

TEST(StopCommand, DiesWithAKilledDaemon) {
  const TempDir dir;
  const std::string hang = "echo $$ > " + dir.path("pid") + "; exec sleep 600";
  TestDaemon daemon(config_with({{"a", "", stop_with(hang, "cmdStopTimeout: 600")}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  auto answer = start_post(daemon.port(), "/api/models/a/unload");
  const pid_t command = pid_in(dir.path("pid"));
  daemon.process().signal(SIGKILL);
  daemon.wait_exit();
  EXPECT_TRUE(eventually([&] { return !alive(command); }, Millis(2000)));
  try {
    answer.get();
  } catch (const std::exception&) {  // nobody is left to answer
  }
}

}  // namespace
}  // namespace paddock::test
