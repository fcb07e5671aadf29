// The helper process: forks a keeper for each order, and ends what a dead keeper left. Lives as long as the
// daemon's end of its socket.
#pragma once

#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

// Right after the fork, in a process with one thread.
[[noreturn]] void run_helper(UniqueFd daemon);

}  // namespace paddock::keeper
