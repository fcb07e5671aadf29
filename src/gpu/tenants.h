// Who the processes are that a driver names by number.
#pragma once

#include <string>
#include <vector>

#include "paddock/gpu/source.h"

namespace paddock::gpu {

// Fills in names that are missing, and lineages, from `proc`; sorts by pid and makes one of equal ones, with
// the larger size. Leaves devices alone that tell of no processes.
void introduce(std::vector<Device>& devices, const std::string& proc);

}  // namespace paddock::gpu
