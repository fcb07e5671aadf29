// Whether a program under test brings a sanitizer: its memory is not its own then. Any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace paddock::test {

inline bool is_sanitized(pid_t pid) {
  const std::string maps = read_file("/proc/" + std::to_string(pid) + "/maps");
  return maps.find("libasan") != std::string::npos || maps.find("libtsan") != std::string::npos;
}

inline bool is_thread_sanitized(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/maps").find("libtsan") != std::string::npos;
}

}  // namespace paddock::test
