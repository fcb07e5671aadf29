// Child: one process that leads its own group, from its spawn until it is reaped.
//
// The group is signalled only while the leader is unreaped (alive or a zombie): as long as that holds the
// kernel gives its number to nobody else. Spawned with pidfd, which polls readable once the leader has ended.
// Control thread. Destroying an unreaped Child kills its group and waits for the leader, a few seconds at
// most.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/spawn.h"
#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

class Child {
 public:
  static Result<Child, SpawnError> start(const std::vector<std::string>& argv,
                                         const std::vector<std::string>& env);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  // A descriptor of its own for whoever wants to watch the leader.
  UniqueFd watch() const;
  // The reading end of stdout and stderr; can be taken once.
  UniqueFd take_output() { return std::move(output_); }

  void signal_group(int signal);
  // Once the leader has ended: kills what is left of its group, reaps it and tells how it ended. Nothing
  // while it still runs.
  std::optional<ExitStatus> reap();

 private:
  Child(Spawned spawned, UniqueFd pidfd);

  pid_t pid_;
  UniqueFd pidfd_;
  UniqueFd output_;
  bool reaped_ = false;
};

}  // namespace paddock::process
