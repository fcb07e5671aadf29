#include "screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "output.h"

namespace paddock::commands {

namespace {

constexpr std::size_t kUsualHeight = 24;
constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l";
constexpr const char* kLeave = "\x1b[?25h\x1b[?1049l";

sigset_t signals_of_a_terminal() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

Screen::Screen() {
  const sigset_t set = signals_of_a_terminal();
  ::pthread_sigmask(SIG_BLOCK, &set, &old_mask_);
  signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  termios now{};
  if (::tcgetattr(STDIN_FILENO, &now) == 0) before_ = now;
  enter();
}

Screen::~Screen() {
  leave();
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void Screen::enter() {
  if (before_) {
    termios raw = *before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  write_out(kEnter);
}

void Screen::leave() {
  write_out(kLeave);
  if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

Screen::News Screen::wait(int wake, int milliseconds) {
  std::array<pollfd, 3> watched = {
      {{signals_.get(), POLLIN, 0}, {wake, POLLIN, 0}, {before_ ? STDIN_FILENO : -1, POLLIN, 0}}};
  if (::poll(watched.data(), watched.size(), milliseconds) <= 0) return News::kRedraw;
  if (watched[0].revents != 0) return on_signal();
  if (watched[2].revents != 0) return on_key();
  std::array<char, 64> bytes{};
  return ::read(wake, bytes.data(), bytes.size()) >= 0 ? News::kRedraw : News::kNothing;
}

Screen::News Screen::on_signal() {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) != sizeof info) return News::kNothing;
  if (info.ssi_signo == SIGWINCH) return News::kRedraw;
  if (info.ssi_signo != SIGTSTP) return News::kLeave;
  leave();
  ::raise(SIGSTOP);
  enter();
  return News::kRedraw;
}

Screen::News Screen::on_key() {
  char key = 0;
  const bool gone = ::read(STDIN_FILENO, &key, 1) <= 0;
  return gone || key == 'q' || key == 'Q' ? News::kLeave : News::kNothing;
}

std::size_t Screen::height() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
  return known ? size.ws_row : kUsualHeight;
}

}  // namespace paddock::commands
