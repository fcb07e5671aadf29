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

// SIGCHLD as a descriptor: blocked from here on. Read it before looking, or nothing wakes again.
UniqueFd watch_children();
void drain(const UniqueFd& watch);

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
