// What went wrong with a launch, in sentences for people. Pure functions.
#pragma once

#include <string_view>

#include "os/program.h"
#include "paddock/base/ids.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

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
// After it had been ready, or while it was stopped.
Ending ending(const ModelId& model, const ExitStatus& exit, std::string_view tail);
// Of a detached launch whose health path no longer answers.
Ending lost(const SpawnSpec& spec, const ExitStatus& exit, std::string_view tail);

// `user`: who listens at the endpoint already.
SpawnError port_taken(const Endpoint& endpoint, const std::string& user);

}  // namespace paddock::process
