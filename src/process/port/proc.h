// Proc: what the kernel tells of processes and of who listens where: a few files of /proc, which are memory
// and wait for no disk, and netlink for the sockets. How much is read is bounded. What may not be read looks
// as if it were not there. Sees the network namespace of this process only. Plain value; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/process_facts.h"
#include "port/proc_text.h"

namespace paddock::process {

class Proc {
 public:
  Proc();
  // `root` stands before `/proc` in tests; the kernel is not asked.
  explicit Proc(const std::string& root);

  std::vector<ListeningSocket> listening() const;
  // The same from /proc/net, which is slow.
  std::vector<ListeningSocket> tables() const;
  std::optional<ProcessFacts> process(pid_t pid) const;
  // What it and the children that it has waited for have used of all cores, in clock ticks.
  std::uint64_t cpu_ticks(pid_t pid) const;
  // All that are visible.
  std::vector<pid_t> processes() const;
  // `leader` and its descendants, as far as the kernel lists children.
  std::vector<pid_t> family(pid_t leader) const;
  bool descends(ProcessFacts process, pid_t ancestor) const;
  // The sockets that a process holds. Each descriptor looked at costs one of `looks`; none left: none found.
  std::vector<Inode> sockets(pid_t pid, int& looks) const;

 private:
  std::string proc_;
  bool knows_kernel_ = false;
};

}  // namespace paddock::process
