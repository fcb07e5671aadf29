#include "os/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace paddock::process {

namespace {

// A leader that SIGKILL does not end hangs in the kernel; the daemon must still be able to leave.
constexpr int kLastWaitMs = 3000;

// The wrapper needs glibc 2.36.
UniqueFd open_pidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

ExitStatus status_of(const siginfo_t& info) {
  ExitStatus status;
  if (info.si_code == CLD_EXITED) {
    status.code = info.si_status;
  } else {
    status.signal = info.si_status;
  }
  return status;
}

}  // namespace

Child::Child(Spawned spawned, UniqueFd pidfd)
    : pid_(spawned.pid), pidfd_(std::move(pidfd)), output_(std::move(spawned.output)) {}

Child::Child(Child&& other) noexcept
    : pid_(other.pid_),
      pidfd_(std::move(other.pidfd_)),
      output_(std::move(other.output_)),
      reaped_(std::exchange(other.reaped_, true)) {}

Result<Child, SpawnError> Child::start(const std::vector<std::string>& argv,
                                       const std::vector<std::string>& env) {
  Result<Spawned, SpawnError> spawned = spawn(argv, env);
  if (!spawned) return spawned.error();
  UniqueFd pidfd = open_pidfd(spawned->pid);
  if (!pidfd) {
    const int error = errno;
    ::kill(-spawned->pid, SIGKILL);
    while (::waitpid(spawned->pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return SpawnError{FailureClass::kSpawnFailed,
                      std::string("pidfd_open failed: ") + std::strerror(error) + "."};
  }
  return Child(std::move(*spawned), std::move(pidfd));
}

Child::~Child() {
  if (reaped_) return;
  signal_group(SIGKILL);
  pollfd fds = {pidfd_.get(), POLLIN, 0};
  while (::poll(&fds, 1, kLastWaitMs) < 0 && errno == EINTR) {
  }
  reap();
}

UniqueFd Child::watch() const { return UniqueFd(::fcntl(pidfd_.get(), F_DUPFD_CLOEXEC, 3)); }

void Child::signal_group(int signal) {
  if (!reaped_) ::kill(-pid_, signal);
}

std::optional<ExitStatus> Child::reap() {
  if (reaped_) return std::nullopt;
  const auto id = static_cast<id_t>(pid_);
  siginfo_t info{};
  if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    // Somebody else reaped it (SIGCHLD is ignored?), so its number may be anybody's by now.
    reaped_ = true;
    return ExitStatus{.code = -1, .signal = std::nullopt};
  }
  if (info.si_pid == 0) return std::nullopt;
  signal_group(SIGKILL);
  ::waitid(P_PID, id, &info, WEXITED | WNOHANG);
  reaped_ = true;
  return status_of(info);
}

}  // namespace paddock::process
