// The terminal as `top` has it: another screen than that with the history, no cursor, keys that come at once.
// While it stands, SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH come as keys do; SIGTSTP gives the terminal
// back until the process goes on. Destroying it gives it back, too. Main thread, one at a time, made before
// other threads.
#pragma once

#include <termios.h>

#include <csignal>
#include <cstddef>
#include <optional>

#include "paddock/base/unique_fd.h"

namespace paddock::commands {

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  enum class News { kNothing, kRedraw, kLeave };

  // Waits for a key, a signal or a byte at `wake`, at most so long.
  News wait(int wake, int milliseconds);
  // In lines.
  static std::size_t height();

 private:
  void enter();
  void leave();
  News on_signal();
  static News on_key();

  std::optional<termios> before_;  // nothing: standard input is no terminal
  sigset_t old_mask_{};
  UniqueFd signals_;
};

}  // namespace paddock::commands
