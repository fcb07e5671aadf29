// Why a start failed: from the exit status and the last lines that the child printed to the words of the API.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "os/program.h"
#include "paddock/base/ids.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

// How much of the end of a launch's output is looked at, and how long the telling line may be.
inline constexpr std::size_t kTailBytes = 16 << 10;
inline constexpr std::size_t kTellingBytes = 300;

struct Finding {
  FailureClass kind = FailureClass::kExitedEarly;
  std::string line;
};

// What the output says: the last line of the gravest known kind (an engine that runs out of memory also says
// that it failed to load the model); without one, the last line that looks like an error; else the last
// that is not empty. The line has no control bytes and no colours.
Finding read_output(std::string_view tail);

// `tail`: the end of what this launch printed.
StartFailure ended_early(const ModelId& model, const ExitStatus& exit, std::string_view tail);
// Which limit a start passed.
enum class StartLimit {
  kTimeout,  // start_timeout
  kStalled,  // that, and then it made no progress for a progress_window (progress.h)
  kMax,      // start_timeout_max
};
StartFailure timed_out(const SpawnSpec& spec, StartLimit limit, std::string_view tail);
// `stranger`: who answered in the launch's place.
StartFailure refused(const SpawnSpec& spec, const std::string& stranger);
StartFailure not_spawned(const ModelId& model, const SpawnError& error);

// `user`: who listens at the endpoint already.
SpawnError port_taken(const Endpoint& endpoint, const std::string& user);

}  // namespace paddock::process
