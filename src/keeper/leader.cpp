#include "leader.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "children.h"

namespace paddock::keeper {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void give_up(int error_fd) {
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(error_fd, &error, sizeof error);
  ::_exit(127);
}

// A process that begins in the cgroup; -1 where the kernel or a sandbox has no such thing.
pid_t fork_into(int cgroup) {
  clone_args how{};
  how.flags = CLONE_INTO_CGROUP;
  how.exit_signal = SIGCHLD;
  how.cgroup = static_cast<std::uint64_t>(cgroup);
  return static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
}

// What the one above spares: the kernel moves a process only after ten milliseconds and more.
void move_into(int cgroup) {
  const UniqueFd entry(::openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC));
  // Without its own group the launch is contained all the same.
  if (entry) [[maybe_unused]]
    const ssize_t written = ::write(entry.get(), "0", 1);
}

// Everything else that is open closes itself with the exec. `cgroup`: still to be entered; -1: none.
[[noreturn]] void become(const Order& order, int output, int error_fd, int cgroup, pid_t keeper) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Had the keeper died before the line above, no signal would come.
  if (::getppid() != keeper) ::_exit(127);
  if (cgroup >= 0) move_into(cgroup);
  if (::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0) give_up(error_fd);
  ::setrlimit(RLIMIT_NOFILE, &order.files);
  reset_signals();
  ::execve(order.program.c_str(), pointers(order.argv).data(), pointers(order.env).data());
  give_up(error_fd);
}

// The errno of a failed exec; 0 once exec has closed the pipe.
int await_exec(int fd) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

}  // namespace

StartedLeader start_leader(const Order& order, UniqueFd output, int cgroup) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {-1, errno, true};
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t keeper = ::getpid();
  pid_t pid = cgroup >= 0 ? fork_into(cgroup) : -1;
  const bool placed = pid >= 0;
  if (!placed) pid = ::fork();
  if (pid == 0) become(order, output.get(), write_end.get(), placed ? -1 : cgroup, keeper);
  if (pid < 0) return {-1, errno, true};
  write_end.reset();
  output.reset();
  if (const int error = await_exec(read_end.get()); error != 0) {
    reap(pid);
    return {-1, error, false};
  }
  return {pid, 0, false};
}

}  // namespace paddock::keeper
