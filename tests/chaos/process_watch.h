// What the system says about a daemon under test: descriptors, memory, children. And a thread that writes
// its memory down while it works.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace paddock::chaos {

int open_descriptors(pid_t pid);
// KiB of memory that no file backs.
long anonymous_kib(pid_t pid);
// Processes whose environment holds this entry, as `pid name state`, but for `except`.
std::vector<std::string> processes_with(const std::string& entry, pid_t except);
// All below `pid` that are dead and not reaped.
int zombies_below(pid_t pid);
int keepers_below(pid_t pid);

class MemoryWatch {
 public:
  explicit MemoryWatch(pid_t pid);
  ~MemoryWatch();
  // KiB, four times a second.
  std::vector<long> stop();

 private:
  std::atomic<bool> stopping_{false};
  std::vector<long> samples_;  // the thread's until it is joined
  std::thread thread_;
};

}  // namespace paddock::chaos
