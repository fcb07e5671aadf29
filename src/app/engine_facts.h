// What is known of a model's engine before it is started: what it is told, and what makes its launches
// another one's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/config/model.h"
#include "paddock/engine/command.h"
#include "paddock/footprints/footprints.h"
#include "paddock/gguf/load_options.h"

namespace paddock::app {

// By the configuration, the daemon's environment and the scripts that the command runs. Ports are not bound.
// May be slow or hang with the file system; any thread.
engine::Command command_of(const config::ModelConfig& model);

// Of what a launch takes memory by: all words and variables of the model, those inherited that engines and
// drivers look at, and all files that are mentioned, with those that are programs. Any thread.
footprints::Command footprint_command(const config::ModelConfig& model, const engine::Command& told);

// With the files where they are on this machine. Pure.
gguf::LoadOptions load_options(const engine::Command& told);

// Of the model that it loads and its draft, as gguf::input_bytes(); nothing: a file cannot be read. May be
// slow or hang with the file system; any thread.
std::optional<std::uint64_t> input_bytes(const engine::Command& told);

// The variables that pin cards. Pure.
std::vector<std::string> pins_in(const std::vector<std::string>& environment);

}  // namespace paddock::app
