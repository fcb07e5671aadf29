// Whether an engine runs on another card than its pins choose: Vulkan does not look at CUDA_VISIBLE_DEVICES,
// and a script may set it anew.
#pragma once

#include <string>
#include <vector>

#include "paddock/fit/report.h"
#include "paddock/gpu/source.h"

namespace paddock::app {

// A sentence that names both; empty: it does not, or it is not certain. Only a card that holds something
// and that the engine names by its PCI id is certain, and only where pins of that card's maker are
// understood. `pins` as gpu::is_pin(). Pure.
std::string other_card(const fit::Report& report, const std::vector<gpu::Device>& cards,
                       const std::vector<std::string>& pins);

}  // namespace paddock::app
