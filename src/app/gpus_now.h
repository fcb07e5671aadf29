// The cards as /metrics tells of them.
#pragma once

#include <vector>

#include "paddock/metrics/exposition.h"
#include "paddock/vram/cards.h"

namespace paddock::app {

std::vector<metrics::GpuNow> gpus_now(const vram::Snapshot& snapshot);

}  // namespace paddock::app
