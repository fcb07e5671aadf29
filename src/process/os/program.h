// What a command means on this machine: its file, and in words why it could not be started.
#pragma once

#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

struct SpawnError {
  FailureClass kind = FailureClass::kUnknown;
  std::string what;  // goes after "could not be started: "; ends in a full stop
};

// The file that `program` means: itself with a slash, else the first executable of that name in the PATH of
// `environment`.
Result<std::string, SpawnError> find_program(const std::string& program,
                                             const std::vector<std::string>& environment);

// Why the exec of this file failed with this errno.
SpawnError exec_error(const std::string& path, int error);
// Why the system refused a call.
SpawnError system_error(const char* call, int error);

}  // namespace paddock::process
