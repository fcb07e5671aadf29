// Each test forks a caller that inherits orphans, as process 1 does; only its exit code comes back.
#include "process_one.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace paddock::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kDeadline{20};

pid_t start(const std::function<int()>& daemon) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::alarm(40);  // whatever hangs; blocked in the caller, so its child ends by it
  ::_exit(run_and_reap(daemon));
}

int code_of(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

// 0 if there is no process `pid` any more, not even a dead one, before the deadline.
int gone(pid_t pid) {
  const Clock::time_point end = Clock::now() + kDeadline;
  while (Clock::now() < end) {
    if (::kill(pid, 0) < 0) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return 1;
}

// The number of a process that has ended, and whose parent has ended before it.
pid_t orphan() {
  int pipe[2];
  if (::pipe(pipe) != 0) return -1;
  const pid_t parent = ::fork();
  if (parent == 0) {
    const pid_t child = ::fork();
    if (child == 0) {
      while (::getppid() == parent) std::this_thread::yield();
      ::_exit(0);
    }
    ::_exit(::write(pipe[1], &child, sizeof child) == sizeof child ? 0 : 1);
  }
  pid_t child = -1;
  const bool told = ::read(pipe[0], &child, sizeof child) == sizeof child;
  ::waitpid(parent, nullptr, 0);
  return told ? child : -1;
}

TEST(ProcessOne, ReturnsWhatTheDaemonReturned) {
  EXPECT_EQ(code_of(start([] { return 7; })), 7);
}

TEST(ProcessOne, TellsTheSignalThatKilledTheDaemon) {
  EXPECT_EQ(code_of(start([] { return ::raise(SIGKILL); })), 128 + SIGKILL);
}

TEST(ProcessOne, ReapsWhatOthersLeftBehind) {
  EXPECT_EQ(code_of(start([] {
              const pid_t left = orphan();
              return left > 0 ? gone(left) : 2;
            })),
            0);
}

TEST(ProcessOne, HandsSignalsOn) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t pid = start([&] {
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &awaited, nullptr);
    if (::write(ready[1], "!", 1) != 1) return 1;
    return ::sigwaitinfo(&awaited, nullptr);
  });
  char mark = 0;
  ASSERT_EQ(::read(ready[0], &mark, 1), 1);
  ::kill(pid, SIGTERM);
  EXPECT_EQ(code_of(pid), SIGTERM);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(ProcessOne, LeavesTheDaemonWithNoSignalBlockedAndOutOfTheTerminalsGroup) {
  EXPECT_EQ(code_of(start([] {
              sigset_t blocked;
              ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
              return sigismember(&blocked, SIGTERM) == 0 && ::getpgrp() == ::getpid() ? 0 : 1;
            })),
            0);
}

TEST(ProcessOne, IsTheDaemonItselfElsewhere) {
  const pid_t self = ::getpid();
  EXPECT_EQ(run_as_process_one([&] { return ::getpid() == self ? 3 : 4; }), 3);
}

}  // namespace
}  // namespace paddock::app
