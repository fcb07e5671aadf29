// Cells about models, out of `/api/models` and `/api/gpus`. Pure; any thread.
#pragma once

#include <string>

#include "json.h"
#include "paddock/base/wall_time.h"

namespace paddock::commands {

// `stopped`, `starting 62%`, `ready`, `ready, draining` ...
std::string state_cell(const Json& model);
// `GPU 0 8.0 GiB, GPU 1 ~4.5 GiB`: what it has of each card, `~` where that is estimated.
std::string vram_cell(const Json& gpus, const std::string& id);
// `fits`, `spilled` ...
std::string fit_cell(const Json& model);
// When it goes: `in use`, `4 min 30 s`, `stays`.
std::string until_cell(const Json& model, WallTime now);
// `3`, or empty for 0.
std::string count_cell(const Json& json, const char* key);

}  // namespace paddock::commands
