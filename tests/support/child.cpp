#include "tests/support/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace paddock::test {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& extra) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    const auto name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const auto& ours : extra) replaced = replaced || ours.rfind(name, 0) == 0;
    if (!replaced) all.push_back(text);
  }
  all.insert(all.end(), extra.begin(), extra.end());
  return all;
}

}  // namespace

Child::Child(const std::vector<std::string>& argv, const std::vector<std::string>& env) {
  const auto environment = environment_with(env);
  auto arguments = pointers(argv);
  auto variables = pointers(environment);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pipe_.reset(ends[0]);
  const UniqueFd write_end(ends[1]);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = ::fork();
  if (pid_ == 0) {
    // A test that crashes takes its daemon along.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(null, 0);
    ::dup2(write_end.get(), 1);
    ::dup2(write_end.get(), 2);
    ::execvpe(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  ::close(null);
  if (pid_ < 0) throw std::runtime_error("no fork");
  pump_ = std::thread([this] { pump(); });
}

Child::~Child() {
  if (!status_) {
    signal(SIGKILL);
    wait();
  }
  pump_.join();
}

void Child::pump() {
  char buffer[65536];
  for (;;) {
    // A descendant that survived would keep the pipe open; one second after the end is enough.
    pollfd ready{pipe_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 200) == 0) {
      if (!alive(pid_)) return;
      continue;
    }
    const auto count = ::read(pipe_.get(), buffer, sizeof buffer);
    if (count <= 0) return;
    const std::lock_guard lock(mutex_);
    output_.append(buffer, static_cast<std::size_t>(count));
  }
}

void Child::signal(int number) const {
  if (!status_) ::kill(pid_, number);
}

std::optional<int> Child::wait(Millis time) {
  if (status_) return status_;
  int status = 0;
  const bool ended = eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, time);
  if (ended) status_ = status;
  return status_;
}

std::string Child::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

bool alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return false;
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] != 'Z';
}

}  // namespace paddock::test
