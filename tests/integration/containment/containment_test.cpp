// Nothing that paddock started outlives it, and a restart ends what was left all the same.
#include <dirent.h>
#include <signal.h>

#include <fstream>
#include <optional>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// Of /proc/PID/stat, behind the name.
std::optional<std::string> stat_of(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto end = text.rfind(") ");
  return end == std::string::npos ? std::nullopt : std::optional(text.substr(end + 2));
}

pid_t parent_of(pid_t pid) {
  const auto stat = stat_of(pid);
  return stat ? static_cast<pid_t>(std::stol(stat->substr(2))) : -1;
}

pid_t pid_of(const TestDaemon& daemon, const std::string& model) {
  return daemon.records().wait_for("started", model)["pid"];
}

bool gone(const std::vector<pid_t>& pids, Millis time) {
  return eventually([&] { return std::none_of(pids.begin(), pids.end(), alive); }, time);
}

// Four models at once, one with a grandchild in a session of its own.
const char* const kTogether = "groups: {all: {swap: false, members: [a, b, c, d]}}";
std::string four_models() {
  return config_with({{"a", "--ignore-sigterm", "unloadTimeout: 1"},
                      {"b", "--fork-grandchild --setsid"},
                      {"c"},
                      {"d", "--fork-grandchild"}},
                     kTogether);
}

// All that runs below the daemon: models, grandchildren, keepers, the helper.
std::vector<pid_t> all_of(TestDaemon& daemon) {
  std::vector<pid_t> pids;
  for (const char* model : {"a", "b", "c", "d"}) {
    EXPECT_EQ(chat(daemon.port(), model).status(), 200);
    pids.push_back(pid_of(daemon, model));
    pids.push_back(parent_of(pids.back()));
  }
  for (const char* model : {"b", "d"})
    pids.push_back(daemon.records().wait_for("grandchild", model)["child"]);
  pids.push_back(parent_of(pids[1]));
  EXPECT_EQ(parent_of(pids.back()), daemon.process().pid()) << "the helper is the daemon's child";
  for (const pid_t pid : pids) EXPECT_TRUE(alive(pid));
  return pids;
}

TEST(Containment, AKilledDaemonLeavesNothing) {
  TestDaemon daemon(four_models());
  const std::vector<pid_t> pids = all_of(daemon);
  daemon.process().signal(SIGKILL);
  EXPECT_EQ(daemon.wait_exit(), -SIGKILL);
  EXPECT_TRUE(gone(pids, Millis(2000)));
}

TEST(Containment, AStoppedDaemonLeavesNothing) {
  TestDaemon daemon(four_models());
  const std::vector<pid_t> pids = all_of(daemon);
  daemon.process().signal(SIGTERM);
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_TRUE(gone(pids, Millis(1000)));
}

TEST(Containment, AfterARestartNothingIsLeft) {
  const TempDir state;
  TestDaemon::Options options;
  options.env = {"STATE_DIRECTORY=" + state.path("state")};
  TestDaemon first(four_models(), options);
  const std::vector<pid_t> pids = all_of(first);
  first.process().signal(SIGKILL);
  first.wait_exit();
  TestDaemon again(four_models(), options);
  for (const char* model : {"a", "b", "c", "d"}) {
    EXPECT_FALSE(alive(pid_of(first, model))) << "what was left is ended before the door opens";
  }
  EXPECT_FALSE(alive(first.records().wait_for("grandchild", "b")["child"]));
  EXPECT_TRUE(gone(pids, Millis(1000)));
  EXPECT_EQ(chat(again.port(), "a").status(), 200);
}

// As a script would that kills everything by its name: only what is in the model's group can still be there.
TEST(Containment, ARestartEndsWhatAKilledDaemonHelperAndKeeperLeft) {
  const TempDir state;
  TestDaemon::Options options;
  options.env = {"STATE_DIRECTORY=" + state.path("state")};
  // Lives on, as its end would kill what the test is about.
  TestDaemon first(config_with({{"a", "--fork-grandchild"}}), options);
  EXPECT_EQ(chat(first.port(), "a").status(), 200);
  const pid_t left = first.records().wait_for("grandchild", "a")["child"];
  const pid_t model = pid_of(first, "a"), keeper = parent_of(model), helper = parent_of(keeper);
  for (const pid_t pid : {helper, keeper, first.process().pid()}) ::kill(pid, SIGKILL);
  first.wait_exit();
  EXPECT_TRUE(gone({model}, Millis(2000)));
  ASSERT_TRUE(alive(left)) << "otherwise this shows nothing";
  TestDaemon again(config_with({{"a"}}), options);
  EXPECT_FALSE(alive(left));
  EXPECT_NE(again.output().find("model a was left by an earlier paddock (pid "), std::string::npos);
}

TEST(Containment, AKilledKeeperIsACrashOfItsModel) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild --setsid"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t model = pid_of(daemon, "a");
  const pid_t grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ::kill(parent_of(model), SIGKILL);
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_TRUE(gone({model, grandchild}, Millis(2000)));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST(Containment, ASecondDaemonOnTheSameFolderWarnsAndRuns) {
  const TempDir state;
  TestDaemon::Options options;
  options.env = {"STATE_DIRECTORY=" + state.path("state")};
  TestDaemon first(config_with({{"a"}}), options);
  EXPECT_EQ(chat(first.port(), "a").status(), 200);
  TestDaemon second(config_with({{"a"}}), options);
  EXPECT_NE(
      second.output().find("is in use by another paddock (pid " + std::to_string(first.process().pid())),
      std::string::npos);
  EXPECT_EQ(chat(second.port(), "a").status(), 200);
  EXPECT_TRUE(alive(pid_of(first, "a"))) << "the other's models are not leftovers";
}

// Each crash and each stop leaves no zombie and no descriptor behind, of nobody.
TEST(Containment, ManyCyclesLeaveNothing) {
  TestDaemon daemon(two_models());
  const auto descriptors = [&] {
    return std::distance(
        std::filesystem::directory_iterator("/proc/" + std::to_string(daemon.process().pid()) + "/fd"),
        std::filesystem::directory_iterator());
  };
  chat(daemon.port(), "a");
  chat(daemon.port(), "b");
  const pid_t helper = parent_of(parent_of(pid_of(daemon, "b")));
  const auto before = descriptors();
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
    EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  }
  EXPECT_TRUE(eventually([&] { return descriptors() <= before + 4; })) << descriptors() << " > " << before;
  const auto keepers = [helper] {
    std::ifstream file("/proc/" + std::to_string(helper) + "/task/" + std::to_string(helper) + "/children");
    return std::distance(std::istream_iterator<pid_t>(file), {});
  };
  EXPECT_TRUE(eventually([&] { return keepers() == 1; })) << "one model runs";
}

}  // namespace
}  // namespace paddock::test
