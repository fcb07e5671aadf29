#include "os/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "os/file_limit.h"
#include "paddock/base/text.h"

namespace paddock::process {

namespace {

constexpr int kErrorFd = 3;  // where the child keeps the pipe that reports a failed exec

std::string in_quotes(std::string_view text) { return "`" + printable(text) + "`"; }

SpawnError system_error(const char* call, int error) {
  return {FailureClass::kSpawnFailed, std::string(call) + " failed: " + std::strerror(error) + "."};
}

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

std::optional<std::string> value_of(std::string_view name, const std::vector<std::string>& environment) {
  for (const std::string& variable : environment) {
    if (name_of(variable) == name) return variable.substr(std::min(name.size() + 1, variable.size()));
  }
  return std::nullopt;
}

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

SpawnError exec_error(const std::string& path, int error) {
  const std::string reason = std::string(" (") + std::strerror(error) + ").";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      // The interpreter that a script or a foreign binary names is not there.
      if (is_file(path))
        return {FailureClass::kNotExecutable, in_quotes(path) + " needs an interpreter that does not exist."};
      return {FailureClass::kExecutableMissing, in_quotes(path) + " does not exist."};
    case EACCES:
    case EPERM:
    case ENOEXEC:
    case EISDIR:
    case ELIBBAD:
    case ELOOP:
    case ENAMETOOLONG:
    case ETXTBSY:
      return {FailureClass::kNotExecutable, in_quotes(path) + " cannot be executed" + reason};
    default:
      return {FailureClass::kSpawnFailed, in_quotes(path) + " could not be executed" + reason};
  }
}

// What the child needs, ready to use without allocating.
struct Plan {
  const char* path;
  char* const* argv;
  char* const* env;
  int null_fd;
  int output_fd;
  int error_fd;
  pid_t parent;
  rlimit files;
};

// Between fork and exec from here on ------------------------------------------------------------------------

[[noreturn]] void give_up(int error_fd) {
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(error_fd, &error, sizeof error);
  ::_exit(127);
}

void close_from(unsigned first) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
#endif
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t fd = first; fd < limit.rlim_cur; ++fd) ::close(static_cast<int>(fd));
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Plan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Had the parent died before the line above, no signal would come.
  if (::getppid() != plan.parent) ::_exit(127);
  int error_fd = plan.error_fd;
  if (::dup2(plan.null_fd, 0) < 0 || ::dup2(plan.output_fd, 1) < 0 || ::dup2(plan.output_fd, 2) < 0) {
    give_up(error_fd);
  }
  if (error_fd != kErrorFd && ::dup3(error_fd, kErrorFd, O_CLOEXEC) < 0) give_up(error_fd);
  error_fd = kErrorFd;
  close_from(kErrorFd + 1);
  ::setrlimit(RLIMIT_NOFILE, &plan.files);
  reset_signals();
  ::execve(plan.path, plan.argv, plan.env);
  give_up(error_fd);
}

// ------------------------------------------------------------------------------------------------------------

// Out of the way of 0, 1 and 2, which the daemon may have been started without.
bool move_up(UniqueFd& fd) {
  if (fd.get() > 2) return true;
  fd.reset(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  return static_cast<bool>(fd);
}

struct Pipe {
  UniqueFd read, write;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read.reset(ends[0]);
    write.reset(ends[1]);
    return move_up(read) && move_up(write);
  }
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// A handler of ours must not run in the child, so everything is blocked until the child has none left.
pid_t fork_into(const Plan& plan) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
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

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

std::vector<std::string> child_environment(const std::vector<std::string>& extra) {
  std::vector<std::string> all;
  for (char** variable = environ; variable && *variable; ++variable) {
    if (std::string_view(*variable).substr(0, 8) != "PADDOCK_") all.emplace_back(*variable);
  }
  for (const std::string& variable : extra) {
    const auto same = [&](const std::string& other) { return name_of(other) == name_of(variable); };
    std::erase_if(all, same);
    all.push_back(variable);
  }
  return all;
}

Result<std::string, SpawnError> find_program(const std::string& program,
                                             const std::vector<std::string>& environment) {
  if (program.find('/') != std::string::npos) return program;
  const std::string path = value_of("PATH", environment).value_or("/usr/local/bin:/usr/bin:/bin");
  std::string not_executable;
  std::string_view rest = path;
  for (bool more = !program.empty(); more;) {
    const std::size_t colon = rest.find(':');
    const std::string folder(rest.substr(0, colon));
    const std::string file = (folder.empty() ? "." : folder) + "/" + program;
    if (is_file(file)) {
      if (::access(file.c_str(), X_OK) == 0) return file;
      not_executable = file;
    }
    more = colon != std::string_view::npos;
    if (more) rest.remove_prefix(colon + 1);
  }
  if (!not_executable.empty()) return exec_error(not_executable, EACCES);
  return SpawnError{FailureClass::kExecutableMissing,
                    in_quotes(program) + " is not in PATH (" + printable(path, 1000) + ")."};
}

Result<Spawned, SpawnError> spawn(const std::vector<std::string>& argv, const std::vector<std::string>& env) {
  if (argv.empty()) return SpawnError{FailureClass::kExecutableMissing, "the command is empty."};
  const std::vector<std::string> environment = child_environment(env);
  const Result<std::string, SpawnError> program = find_program(argv[0], environment);
  if (!program) return program.error();

  const std::vector<char*> arguments = pointers(argv);
  const std::vector<char*> variables = pointers(environment);
  Pipe output, error;
  if (!output.open() || !error.open()) return system_error("pipe", errno);
  UniqueFd null_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null_fd || !move_up(null_fd)) return system_error("opening /dev/null", errno);

  const Plan plan{program->c_str(),   arguments.data(),  variables.data(), null_fd.get(),
                  output.write.get(), error.write.get(), ::getpid(),       child_file_limit()};
  const pid_t pid = fork_into(plan);
  if (pid < 0) return system_error("fork", errno);
  error.write.reset();
  output.write.reset();
  if (const int failed = await_exec(error.read.get()); failed != 0) {
    reap(pid);
    return exec_error(*program, failed);
  }
  ::fcntl(output.read.get(), F_SETFL, O_NONBLOCK);
  return Spawned{pid, std::move(output.read)};
}

}  // namespace paddock::process
