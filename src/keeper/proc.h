// Reads what /proc tells about processes (base/process_facts.h).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "paddock/base/process_facts.h"

namespace paddock::keeper {

std::optional<ProcessFacts> process(pid_t pid);
std::vector<ProcessFacts> processes();

// Empty where the kernel does not tell.
std::string boot_id();

}  // namespace paddock::keeper
