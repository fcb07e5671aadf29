// fork and exec of a launch's leader, from a process with one thread.
#pragma once

#include <sys/types.h>

#include "paddock/base/unique_fd.h"
#include "paddock/keeper/keeper.h"

namespace paddock::keeper {

struct StartedLeader {
  pid_t pid = -1;       // -1: it did not start
  int error = 0;        // errno of what failed
  bool system = false;  // it was not the exec
};

// Returns when exec has succeeded or failed; then nothing is left behind. `cgroup_entry`: where the leader
// writes itself into before the exec (cgroup.procs); -1: nowhere.
StartedLeader start_leader(const Order& order, UniqueFd output, int cgroup_entry);

}  // namespace paddock::keeper
