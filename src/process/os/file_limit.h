// What limits.h remembers for children. Written once at the start, read on the control thread.
#pragma once

#include <sys/resource.h>

namespace paddock::process {

rlimit child_file_limit();

}  // namespace paddock::process
