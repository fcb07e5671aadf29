#include "process_one.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "paddock/base/blocked_signals.h"

namespace paddock::app {

namespace {

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// The exit code of `daemon`, once it is among those that have ended.
std::optional<int> reap_ended(pid_t daemon) {
  int status = 0;
  while (true) {
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid == daemon) return exit_code(status);
    if (pid <= 0) return std::nullopt;
  }
}

// With all signals blocked: process 1 takes none that it has no handler for, but a blocked one waits for it.
int look_after(pid_t daemon) {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&awaited, number);
  while (true) {
    const int number = ::sigwaitinfo(&awaited, nullptr);
    if (number == SIGCHLD) {
      if (const auto code = reap_ended(daemon)) return *code;
    } else if (number > 0) {
      ::kill(daemon, number);
    }
  }
}

}  // namespace

int run_as_process_one(const std::function<int()>& daemon) {
  return ::getpid() == 1 ? run_and_reap(daemon) : daemon();
}

int run_and_reap(const std::function<int()>& daemon) {
  std::optional<BlockedSignals> blocked(std::in_place);
  const pid_t pid = ::fork();
  if (pid > 0) return look_after(pid);
  // In its own group, or a terminal's Ctrl-C would reach it twice: a second one means haste.
  if (pid == 0) ::setpgid(0, 0);
  blocked.reset();
  return daemon();
}

}  // namespace paddock::app
