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

// Returns when exec has succeeded or failed; then nothing is left behind. `cgroup`: the open folder of the
// cgroup in which the leader lives; -1: none of its own.
StartedLeader start_leader(const Order& order, UniqueFd output, int cgroup);

}  // namespace paddock::keeper
