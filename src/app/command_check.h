// Whether the commands of a configuration fit this machine: programs, files, ports and cards, found wrong
// before the first request does. Nothing is run. It decides; what is true of the machine is told by
// MachineFacts. All it finds are warnings: the machine may change before a model is started.
#pragma once

#include <vector>

#include "machine_facts.h"
#include "paddock/config/config.h"
#include "paddock/config/load.h"

namespace paddock::app {

// At the key of the model that is meant; model by model.
std::vector<config::Diagnostic> check_commands(const config::Config& config, const MachineFacts& facts);

// Puts them among the findings of `loaded`, in the order of the files: also where it has errors, so that a
// person hears all at once.
void add_command_findings(config::LoadResult& loaded, const MachineFacts& facts);

}  // namespace paddock::app
