// Whom a keeper signals: its own children that are not reaped yet, and their groups. A number that was reaped
// may be anybody's. All calls of kill(2) in this program come through here.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "paddock/keeper/keeper.h"
#include "tests/support/wait.h"

namespace paddock::keeper {
namespace {

// Shared with the processes that are forked later.
struct Seen {
  std::atomic<int> sent, stray;
};

Seen& seen() {
  static Seen* const shared =
      new (::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Seen{};
  return *shared;
}

const pid_t kTest = ::getpid();
[[maybe_unused]] Seen& kMappedBeforeAnyFork = seen();

bool is_unreaped_child(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace
}  // namespace paddock::keeper

extern "C" int kill(pid_t pid, int number) noexcept {
  using namespace paddock::keeper;
  if (::getpid() != kTest) {
    ++seen().sent;
    if (!is_unreaped_child(pid < 0 ? -pid : pid)) ++seen().stray;
  }
  return static_cast<int>(::syscall(SYS_kill, pid, number));
}

namespace paddock::keeper {
namespace {

class Launched {
 public:
  Launched(Helper& helper, const std::string& script) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    output_.reset(ends[0]);
    const UniqueFd write_end(ends[1]);
    Order order;
    order.name = "m";
    order.program = "/bin/sh";
    order.argv = {"sh", "-c", script};
    order.env = {"PATH=/usr/bin:/bin"};
    ::getrlimit(RLIMIT_NOFILE, &order.files);
    Result<Keeper, std::string> started = helper.start(order, write_end);
    if (started) keeper_ = std::make_unique<Keeper>(std::move(*started));
  }
  Keeper& keeper() { return *keeper_; }

  // Waits for that news; false when it does not come.
  template <class Wanted>
  bool hears() {
    for (const test::Deadline deadline(test::kPatience); !deadline.passed() && keeper_->fd() >= 0;) {
      const std::optional<News> news = keeper_->next();
      if (news && std::holds_alternative<Wanted>(*news)) return true;
      if (news) continue;
      pollfd fds = {keeper_->fd(), POLLIN, 0};
      ::poll(&fds, 1, deadline.left_ms());
    }
    return false;
  }

 private:
  UniqueFd output_;
  std::unique_ptr<Keeper> keeper_;
};

TEST(KeeperSignals, NoneIsSentToANumberThatWasReaped) {
  Result<Helper, std::string> helper = Helper::fork();
  ASSERT_TRUE(helper.has_value());
  for (int round = 0; round < 30; ++round) {
    // Ends by itself while it is asked to: before, amid and after the signals.
    Launched launch(*helper, round % 3 == 0 ? "exit 0" : "trap 'exit 0' TERM; sleep 1000 & wait");
    ASSERT_TRUE(launch.hears<Started>());
    for (int i = 0; i < 20; ++i) launch.keeper().signal(SIGTERM);
    if (round % 2 == 0) launch.keeper().end();
    ASSERT_TRUE(launch.hears<Ended>());
    launch.keeper().signal(SIGTERM);
    launch.keeper().end();
    ASSERT_TRUE(launch.hears<Gone>());
  }
  EXPECT_GT(seen().sent, 30) << "otherwise this shows nothing";
  EXPECT_EQ(seen().stray, 0);
  const pid_t pid = helper->pid();
  { const Helper gone = std::move(*helper); }
  EXPECT_TRUE(test::eventually([pid] { return ::waitpid(pid, nullptr, WNOHANG) == pid; }));
}

}  // namespace
}  // namespace paddock::keeper
