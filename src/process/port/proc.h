// Proc: the few files of /proc that tell who listens where. They are memory of the kernel's, so reading them
// does not wait for a disk; how much is read is bounded. What may not be read looks as if it were not there.
// Sees the network namespace of this process only. Plain value; any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "port/proc_text.h"

namespace paddock::process {

class Proc {
 public:
  // `root` stands before `/proc` in tests.
  explicit Proc(std::string root = {});

  std::vector<ListeningSocket> listening() const;
  std::optional<ProcessFacts> process(pid_t pid) const;
  // All that are visible.
  std::vector<pid_t> processes() const;
  // `leader` and its descendants, as far as the kernel lists children.
  std::vector<pid_t> family(pid_t leader) const;
  bool descends(ProcessFacts process, pid_t ancestor) const;
  // The sockets that a process holds. Each descriptor looked at costs one of `looks`; none left: none found.
  std::vector<Inode> sockets(pid_t pid, int& looks) const;

 private:
  std::string proc_;
};

}  // namespace paddock::process
