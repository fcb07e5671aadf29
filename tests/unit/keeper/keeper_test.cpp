// Real keepers with real shells: what they report, what they end, and what ends them.
#include "paddock/keeper/keeper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "paddock/keeper/state.h"
#include "proc.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace paddock::keeper {
namespace {

using test::Deadline;
using test::eventually;
using test::kPatience;

std::unique_ptr<Helper> new_helper() {
  Result<Helper, std::string> helper = Helper::fork();
  EXPECT_TRUE(helper.has_value());
  return std::make_unique<Helper>(std::move(*helper));
}

// For a shell.
std::string in_quotes(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

bool lives(pid_t pid) {
  const auto found = process(pid);
  return found && found->state != 'Z';
}

bool dies(pid_t pid) {
  return eventually([pid] { return !lives(pid); });
}

class KeeperTest : public ::testing::Test {
 protected:
  ~KeeperTest() override {
    keeper.reset();
    const pid_t pid = helper ? helper->pid() : helper_pid;
    helper.reset();
    EXPECT_TRUE(eventually([pid] { return ::waitpid(pid, nullptr, WNOHANG) == pid; })) << "the helper stays";
  }

  void start(Order order) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    output.reset(ends[0]);
    const UniqueFd write_end(ends[1]);
    Result<Keeper, std::string> started = helper->start(order, write_end);
    ASSERT_TRUE(started.has_value()) << started.error();
    keeper = std::make_unique<Keeper>(std::move(*started));
  }
  static Order shell(const std::string& script) {
    Order order;
    order.name = "m";
    order.program = "/bin/sh";
    order.argv = {"sh", "-c", script};
    order.env = {"PATH=/usr/bin:/bin"};
    ::getrlimit(RLIMIT_NOFILE, &order.files);
    return order;
  }

  // In words: `started`, `ended code 3`, `gone`, ...
  std::string next() {
    std::optional<News> news = keeper->next();
    for (const Deadline deadline(kPatience); !news && !deadline.passed(); news = keeper->next()) {
      pollfd fds = {keeper->fd(), POLLIN, 0};
      ::poll(&fds, 1, deadline.left_ms());
    }
    return news ? std::visit([this](auto& one) { return text(one); }, *news) : "nothing";
  }
  std::string text(NotStarted& news) {
    return "not started " + std::to_string(news.error) + (news.system ? " (system)" : "");
  }
  std::string text(Started& news) {
    leader = news.pid;
    pidfd = std::move(news.pidfd);
    return "started";
  }
  static std::string text(Ended& news) {
    return news.code ? "ended code " + std::to_string(*news.code)
                     : "ended signal " + std::to_string(*news.signal);
  }
  static std::string text(Gone&) { return "gone"; }
  static std::string text(Lost&) { return "lost"; }

  // The next word that the launch prints.
  std::string word() {
    std::string out;
    char c = 0;
    for (pollfd fds = {output.get(), POLLIN, 0};
         ::poll(&fds, 1, 10'000) == 1 && ::read(output.get(), &c, 1) == 1;) {
      if (c == '\n' || c == ' ') return out;
      out += c;
    }
    return out;
  }
  pid_t pid_word() { return static_cast<pid_t>(std::stol("0" + word())); }
  pid_t keeper_pid() const { return process(leader)->parent; }

  std::unique_ptr<Helper> helper = new_helper();
  std::unique_ptr<Keeper> keeper;
  UniqueFd output, pidfd;
  pid_t leader = -1, helper_pid = -1;
};

// Prints the number of a grandchild in a session of its own, which ignores the polite signals.
constexpr const char* kEscape = "setsid sh -c 'trap \"\" TERM INT HUP; echo $$; sleep 1000; :' & ";

TEST_F(KeeperTest, AnEndOfItself) {
  start(shell("echo hello; exit 3"));
  EXPECT_EQ(next(), "started");
  EXPECT_EQ(next(), "ended code 3");
  EXPECT_EQ(next(), "gone");
  EXPECT_EQ(keeper->fd(), -1);
  EXPECT_FALSE(keeper->next());
  EXPECT_EQ(word(), "hello");
}

TEST_F(KeeperTest, ThePidfdTellsTheLeadersEnd) {
  start(shell("exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  pollfd fds = {pidfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&fds, 1, 0), 0);
  keeper->signal(SIGTERM);
  EXPECT_EQ(::poll(&fds, 1, 10'000), 1);
  EXPECT_EQ(next(), "ended signal 15");
  EXPECT_EQ(next(), "gone");
}

TEST_F(KeeperTest, WhatCannotBeExecuted) {
  Order order = shell("");
  order.program = "/nowhere/at/all";
  start(order);
  EXPECT_EQ(next(), "not started " + std::to_string(ENOENT));
  EXPECT_EQ(keeper->fd(), -1);
}

TEST_F(KeeperTest, AnEmptyOrderIsRefused) {
  start(Order{});
  EXPECT_EQ(next(), "not started " + std::to_string(EBADMSG) + " (system)");
}

TEST_F(KeeperTest, LongArgumentsArrive) {
  Order order = shell("echo ${#0} ${#BIG}");
  order.argv.push_back(std::string(100'000, 'x'));
  order.env.push_back("BIG=" + std::string(120'000, 'y'));
  start(order);
  EXPECT_EQ(next(), "started");
  EXPECT_EQ(word(), "100000");
  EXPECT_EQ(word(), "120000");
}

TEST_F(KeeperTest, WhoLeftTheGroupEndsWithTheLeader) {
  start(shell(std::string(kEscape) + "wait"));
  ASSERT_EQ(next(), "started");
  const pid_t escaped = pid_word();
  ASSERT_TRUE(lives(escaped));
  keeper->signal(SIGTERM);
  EXPECT_EQ(next(), "ended signal 15");
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(lives(escaped)) << "gone is told when it is true";
}

TEST_F(KeeperTest, ATreeOfManyGenerationsIsEnded) {
  std::string script = "echo $$; sleep 1000; :";
  for (int i = 0; i < 5; ++i) {
    script = "setsid sh -c " + in_quotes(script) + " & echo $$; wait";
  }
  start(shell(script));
  ASSERT_EQ(next(), "started");
  std::vector<pid_t> pids;
  for (int i = 0; i < 6; ++i) pids.push_back(pid_word());
  keeper->end();
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
  for (const pid_t pid : pids) EXPECT_FALSE(lives(pid));
}

TEST_F(KeeperTest, OrphansAreReapedWhileTheLaunchLives) {
  start(shell("i=0; while [ $i -lt 20 ]; do (setsid true &); i=$((i+1)); done; echo done; exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  ASSERT_EQ(word(), "done");
  const pid_t parent = keeper_pid();
  EXPECT_TRUE(eventually([parent] {
    int zombies = 0;
    for (const ProcessFacts& one : processes()) zombies += one.parent == parent && one.state == 'Z';
    return zombies == 0;
  }));
}

TEST_F(KeeperTest, LettingGoOfTheKeeperEndsTheLaunch) {
  start(shell(std::string(kEscape) + "trap '' TERM; wait"));
  ASSERT_EQ(next(), "started");
  const pid_t escaped = pid_word();
  keeper.reset();
  EXPECT_TRUE(dies(leader));
  EXPECT_TRUE(dies(escaped));
}

TEST_F(KeeperTest, LettingGoOfTheHelperEndsAll) {
  start(shell(std::string(kEscape) + "wait"));
  ASSERT_EQ(next(), "started");
  const pid_t escaped = pid_word();
  helper_pid = helper->pid();
  helper.reset();
  EXPECT_TRUE(lives(leader)) << "a keeper belongs to the daemon";
  keeper.reset();
  EXPECT_TRUE(dies(leader));
  EXPECT_TRUE(dies(escaped));
}

TEST_F(KeeperTest, WhatADeadKeeperLeavesIsEnded) {
  start(shell(std::string(kEscape) + "wait"));
  ASSERT_EQ(next(), "started");
  const pid_t escaped = pid_word();
  ASSERT_EQ(::kill(keeper_pid(), SIGKILL), 0);
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(process(leader)) << "reaped, too";
  EXPECT_FALSE(process(escaped));
}

// Somebody may be slow to die: an engine that gives back the memory of a card.
TEST_F(KeeperTest, ADeadKeepersLaunchIsNotGoneAsLongAsAnythingIsLeft) {
  start(shell(std::string(kEscape) + "wait"));
  ASSERT_EQ(next(), "started");
  const pid_t escaped = pid_word(), kept_by = keeper_pid();
  ASSERT_EQ(::kill(helper->pid(), SIGSTOP), 0);  // so that nobody ends it
  ASSERT_EQ(::kill(kept_by, SIGKILL), 0);
  EXPECT_TRUE(dies(kept_by));
  EXPECT_TRUE(dies(leader));
  EXPECT_FALSE(keeper->next().has_value());
  EXPECT_TRUE(lives(escaped)) << "otherwise this shows nothing";
  ::kill(helper->pid(), SIGCONT);
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(process(escaped));
}

TEST_F(KeeperTest, WithoutHelperADeadKeeperIsLost) {
  start(shell("exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  const pid_t kept_by = keeper_pid();
  ASSERT_EQ(::kill(helper->pid(), SIGKILL), 0);
  ASSERT_TRUE(dies(helper->pid()));
  ASSERT_EQ(::kill(kept_by, SIGKILL), 0);
  EXPECT_EQ(next(), "lost");
  EXPECT_TRUE(dies(leader));
}

TEST_F(KeeperTest, AKilledHelperIsReplaced) {
  start(shell("exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  const pid_t first = helper->pid();
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  ASSERT_TRUE(dies(first));
  const std::unique_ptr<Keeper> running = std::move(keeper);
  const pid_t still = leader;
  start(shell("exit 3"));
  EXPECT_NE(helper->pid(), first);
  EXPECT_EQ(next(), "started");
  EXPECT_EQ(next(), "ended code 3");
  EXPECT_EQ(next(), "gone");
  EXPECT_TRUE(lives(still)) << "its keeper needs no helper";
  EXPECT_EQ(::waitpid(first, nullptr, WNOHANG), -1) << "reaped";
}

TEST_F(KeeperTest, KeepersAndHelperAreDeafToPoliteSignals) {
  start(shell("exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    ::kill(keeper_pid(), number);
    ::kill(helper->pid(), number);
  }
  keeper->end();
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
}

struct DetachedTest : KeeperTest {
  // Its leader has ended.
  pid_t leave_a_service() {
    Order order = shell(std::string(kEscape) + "sleep 0.01; exit 0");
    order.detached = true;
    start(order);
    EXPECT_EQ(next(), "started");
    const pid_t service = pid_word();
    EXPECT_EQ(next(), "ended code 0");
    return service;
  }
};

TEST_F(DetachedTest, ADetachedLeaderMayGoFirst) {
  const pid_t service = leave_a_service();
  EXPECT_TRUE(lives(service));
  keeper->signal(SIGUSR1);  // it does not ignore that one
  EXPECT_TRUE(dies(service)) << "what the leader left hears signals";
  keeper->end();
  EXPECT_EQ(next(), "gone");
}

TEST_F(DetachedTest, AskedByASignalItIsOverWhenNothingIsLeft) {
  const pid_t service = leave_a_service();
  keeper->signal(SIGTERM);  // it ignores that one
  EXPECT_TRUE(lives(service));
  keeper->signal(SIGUSR1);
  EXPECT_TRUE(dies(service));
  keeper->signal(SIGUSR1);  // to what that has left
  EXPECT_EQ(next(), "gone");
}

TEST_F(DetachedTest, ADetachedLaunchEndsWhenAsked) {
  const pid_t service = leave_a_service();
  keeper->end();
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(lives(service));
}

TEST_F(KeeperTest, ChildrenGetACleanStart) {
  const UniqueFd inheritable(::dup(1));
  Order order = shell(
      "ls /proc/self/fd | tr '\\n' ,; echo; grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2; ulimit -n; "
      "[ \"$(ps -o pgid= -p $$ | tr -d ' ')\" = $$ ] && echo leads");
  order.files.rlim_cur = 200;
  start(order);
  ASSERT_EQ(next(), "started");
  EXPECT_EQ(word(), "0,1,2,3,") << "3 is the folder that ls reads";
  EXPECT_EQ(word(), "0000000000000000");
  EXPECT_EQ(word(), "0000000000000000");
  EXPECT_EQ(word(), "200");
  EXPECT_EQ(word(), "leads");
}

TEST_F(KeeperTest, ManyLaunchesLeaveNothingBehind) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto before = descriptors();
  for (int i = 0; i < 100; ++i) {
    start(shell(i % 2 == 0 ? "exit 0" : "exec sleep 1000"));
    ASSERT_EQ(next(), "started");
    if (i % 2 != 0) keeper->end();
    EXPECT_TRUE(next().starts_with("ended"));
    EXPECT_EQ(next(), "gone");
  }
  keeper.reset();
  output.reset();
  pidfd.reset();
  EXPECT_LE(descriptors(), before);
  const pid_t parent = helper->pid();
  EXPECT_TRUE(eventually([parent] {
    for (const ProcessFacts& one : processes()) {
      if (one.parent == parent) return false;
    }
    return true;
  })) << "a keeper stays";
}

TEST_F(KeeperTest, ALaunchHasARecordAsLongAsItLives) {
  const test::TempDir folder;
  Result<State, std::string> state = State::open(folder.path("state"));
  ASSERT_TRUE(state.has_value());
  helper->use({state->records(), ""});
  start(shell("exec sleep 1000"));
  ASSERT_EQ(next(), "started");
  const std::string file = state->records() + "/" + std::to_string(keeper_pid());
  const std::string text = test::read_file(file);
  EXPECT_NE(text.find("\nleader " + std::to_string(leader) + " "), std::string::npos) << text;
  EXPECT_NE(text.find("\nname m\n"), std::string::npos) << text;
  keeper->end();
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(KeeperTest, WithACgroupItIsUsedAndRemoved) {
  const std::string cgroups = usable_cgroups();
  if (cgroups.empty()) GTEST_SKIP() << "no cgroup v2 folder can be written to here";
  helper->use({"", cgroups});
  start(shell(std::string(kEscape) + "cat /proc/$$/cgroup | grep ^0:; wait"));
  ASSERT_EQ(next(), "started");
  std::string first = word(), second = word();
  if (first.starts_with("0::")) std::swap(first, second);
  const std::string name = "/paddock-" + std::to_string(keeper_pid());
  EXPECT_TRUE(second.ends_with(name)) << second;
  EXPECT_TRUE(std::filesystem::exists(cgroups + name));
  keeper->end();
  EXPECT_EQ(next(), "ended signal 9");
  EXPECT_EQ(next(), "gone");
  EXPECT_FALSE(std::filesystem::exists(cgroups + name));
}

}  // namespace
}  // namespace paddock::keeper
