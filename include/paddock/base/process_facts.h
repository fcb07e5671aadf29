// What /proc tells about one process. Facts of the moment: they may be over when they are read. Pure:
// reading the file is the caller's business.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paddock {

struct ProcessFacts {
  pid_t pid = 0;
  char state = '?';  // `Z`: a zombie
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::uint64_t started = 0;  // clock ticks since the boot; with the pid it names one process
  std::string name;           // as the process calls itself: any bytes

  friend bool operator==(const ProcessFacts&, const ProcessFacts&) = default;
};

// /proc/PID/stat (man 5 proc_pid_stat). The name in it may hold blanks, parentheses and line ends. Nothing
// for what does not look like that.
std::optional<ProcessFacts> parse_stat(std::string_view text);

}  // namespace paddock
