// The keeper process: one launch from its order until nothing of it is left.
#pragma once

#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

// In a process of its own that has settled in (children.h).
[[noreturn]] void run_keeper(UniqueFd daemon, UniqueFd order, UniqueFd output);

}  // namespace paddock::keeper
