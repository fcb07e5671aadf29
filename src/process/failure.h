// What went wrong with a launch, in sentences for people. Pure functions.
#pragma once

#include <string_view>

#include "os/spawn.h"
#include "paddock/base/ids.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

// `tail`: the end of what this launch printed.
StartFailure ended_early(const ModelId& model, const ExitStatus& exit, std::string_view tail);
StartFailure timed_out(const SpawnSpec& spec, std::string_view tail);
StartFailure not_spawned(const ModelId& model, const SpawnError& error);
// After it had been ready, or while it was stopped.
Ending ending(const ModelId& model, const ExitStatus& exit, std::string_view tail);

}  // namespace paddock::process
