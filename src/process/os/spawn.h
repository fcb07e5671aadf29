// Preparing and performing one fork + exec. Everything that allocates or looks around happens before the
// fork; between fork and exec only async-signal-safe calls are made, because other threads may hold any lock.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

struct SpawnError {
  FailureClass kind = FailureClass::kSpawnFailed;
  std::string what;  // goes after "could not be started: "; ends in a full stop
};

// The daemon's environment less PADDOCK_*, plus `extra`; of one name the last wins.
std::vector<std::string> child_environment(const std::vector<std::string>& extra);

// The file that `program` means: itself with a slash, else the first executable of that name in the PATH of
// `environment`.
Result<std::string, SpawnError> find_program(const std::string& program,
                                             const std::vector<std::string>& environment);

struct Spawned {
  pid_t pid = -1;
  UniqueFd output;  // the reading end of stdout and stderr, non-blocking
};

// The child leads a new process group and dies with the calling thread. Returns when exec has succeeded or
// failed (then nothing is left behind); the caller must reap the child.
Result<Spawned, SpawnError> spawn(const std::vector<std::string>& argv, const std::vector<std::string>& env);

}  // namespace paddock::process
