// What /proc tells about processes. Facts of the moment: they may be over when they are read.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::keeper {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  char state = '?';           // `Z`: a zombie
  std::uint64_t started = 0;  // clock ticks since the boot; with the pid it names one process
};

// A line of /proc/PID/stat (man 5 proc_pid_stat). Pure.
std::optional<Process> parse_stat(std::string_view line);

std::optional<Process> process(pid_t pid);
std::vector<Process> processes();

// Empty where the kernel does not tell.
std::string boot_id();

}  // namespace paddock::keeper
