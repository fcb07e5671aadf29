#include "children.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "proc.h"

namespace paddock::keeper {

namespace {

// A killed tree comes to its reaper one generation at a time; SIGCHLD wakes earlier.
constexpr int kAgainMs = 5;
constexpr int kAgainAtMostMs = 320;

void close_range(int from, int to) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, static_cast<unsigned>(from), static_cast<unsigned>(to), 0U) == 0) return;
#endif
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int last = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, static_cast<rlim_t>(to)));
  for (int fd = from; fd <= last; ++fd) ::close(fd);
}

}  // namespace

std::vector<pid_t> children() {
  std::vector<pid_t> out;
  for (const ProcessFacts& process : processes()) {
    if (process.parent == ::getpid()) out.push_back(process.pid);
  }
  return out;
}

ChildWatch::ChildWatch() : again_ms_(kAgainMs) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

bool ChildWatch::wait(const UniqueFd& daemon, bool again) {
  pollfd fds[] = {{signals_.get(), POLLIN, 0}, {daemon.get(), POLLIN, 0}};
  const bool heard = ::poll(fds, daemon ? 2 : 1, again ? again_ms_ : -1) > 0;
  again_ms_ = heard ? kAgainMs : std::min(2 * again_ms_, kAgainAtMostMs);
  // Before anybody looks, or what ends meanwhile wakes nobody.
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) > 0) {
  }
  return daemon && fds[1].revents != 0;
}

std::optional<EndedChild> ended_child() {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return std::nullopt;
  return EndedChild{info.si_pid, info.si_code != CLD_EXITED, info.si_status};
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

void settle_in(const char* name, const std::vector<UniqueFd*>& keep) {
  ::prctl(PR_SET_NAME, name);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) {
    ::signal(number, SIG_IGN);
  }
  ::signal(SIGCHLD, SIG_DFL);
  int next = STDERR_FILENO + 1;
  // Above all that may be kept, so that no copy lands on one that is still to be moved. First of all, as the
  // daemon may have been started without standard descriptors and have got one of their numbers.
  for (UniqueFd* fd : keep) fd->reset(::fcntl(fd->get(), F_DUPFD_CLOEXEC, 64));
  if (const int null = ::open("/dev/null", O_RDWR); null >= 0) {
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);
    if (::fcntl(STDERR_FILENO, F_GETFD) < 0) ::dup2(null, STDERR_FILENO);
    if (null > STDERR_FILENO) ::close(null);
  }
  for (UniqueFd* fd : keep) {
    ::dup3(fd->get(), next, O_CLOEXEC);
    fd->reset(next++);
  }
  close_range(next, INT32_MAX);
}

}  // namespace paddock::keeper
