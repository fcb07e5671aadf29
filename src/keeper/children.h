// The children of the calling process, seen and ended from a loop of its own.
//
// Only direct children are signalled: their numbers cannot be given away before the caller reaps them. When a
// parent dies its children become the subreaper's, so ending direct children again and again ends a tree.
// For processes with one thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

// All of them, zombies included; empty also where /proc is not there.
std::vector<pid_t> children();

// What a keeper and the helper wait for: the end of a child, and the daemon. From the construction on SIGCHLD
// is blocked.
class ChildWatch {
 public:
  ChildWatch();
  // Blocks. True if the daemon, if there still is one, has said something or gone. `again`: something is to
  // be tried again; then it returns after a while that grows as long as nothing happens, for what cannot be
  // killed now (in the kernel, or not ours to kill) is not worth a core. Look for ended children after it.
  bool wait(const UniqueFd& daemon, bool again);

 private:
  UniqueFd signals_;
  int again_ms_;
};

// A child that has ended and is not reaped yet.
struct EndedChild {
  pid_t pid;
  bool by_signal;
  int status;  // the code or the signal
};
std::optional<EndedChild> ended_child();
void reap(pid_t pid);
// False once there is no child at all, dead or alive.
bool has_children();

// Makes the caller what a keeper and the helper are: the reaper of its descendants, deaf to the signals that
// a terminal or an impatient supervisor sends to everybody, with nothing open but what is in `keep` and
// stderr.
void settle_in(const char* name, const std::vector<UniqueFd*>& keep);

}  // namespace paddock::keeper
