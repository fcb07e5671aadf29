#include "output.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "text.h"

namespace paddock::commands {

namespace {

constexpr std::size_t kUsualWidth = 80;

Written write_to(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // somebody who shares the terminal made it so
      pollfd waits{fd, POLLOUT, 0};
      ::poll(&waits, 1, -1);
    } else if (errno != EINTR) {
      return errno == EPIPE ? Written::kNobodyReads : Written::kFailed;
    }
  }
  return Written::kYes;
}

bool is_pipe(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 && (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode));
}

// The kernel tells the writer's end of a pipe of nothing but that.
[[noreturn]] void wait_for_the_end() {
  pollfd watched{STDOUT_FILENO, 0, 0};
  while (::poll(&watched, 1, -1) < 0 && errno == EINTR) {
  }
  std::_Exit(0);
}

}  // namespace

Written write_out(std::string_view text) { return write_to(STDOUT_FILENO, text); }

int exit_code(Written written) {
  return written == Written::kFailed ? fail("the answer could not be written") : 0;
}

int say(const std::string& text) { return exit_code(write_out(text.ends_with('\n') ? text : text + "\n")); }

int fail(const std::string& sentence) {
  remark("paddock: " + sentence + "\n");
  return 1;
}

int fail(const std::string& model, const client::Failure& failure) {
  return fail(shown(model) + ": " + shown(failure.sentence));
}

int fail_as_no_paddock(const client::Address& address) {
  return fail("what " + address.url +
              " answered is not what was asked for; name the daemon's address with --url or PADDOCK_HOST");
}

void remark(std::string_view text) { write_to(STDERR_FILENO, text); }

client::Client daemon_at(const client::Address& address, const client::Options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  return {address, client::key_from_environment(), options};
}

void end_with_the_reader() {
  if (is_pipe(STDOUT_FILENO)) std::thread(wait_for_the_end).detach();
}

std::optional<std::size_t> terminal_width() {
  if (::isatty(STDOUT_FILENO) == 0) return std::nullopt;
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualWidth;
}

}  // namespace paddock::commands
