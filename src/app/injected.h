// What a launch finds in its environment though nobody configured it. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "paddock/config/model.h"

namespace paddock::app {

// `NAME=value` each:
//   CUDA_DEVICE_ORDER=PCI_BUS_ID     a pin is the number that nvidia-smi shows
//   LLAMA_ARG_LOG_VERBOSITY=4        llama-server writes its load report; not with logVerbosity: keep, and
//   not
//                                    where the command says how much is written
// None that the model's `env` or the daemon's environment (`is_inherited`) sets.
std::vector<std::string> injected_environment(const config::ModelConfig& model,
                                              const std::function<bool(const char* name)>& is_inherited);

}  // namespace paddock::app
