// The JSON of cards, as docs/api.md shows it. Pure functions; any thread. Names that are not UTF-8 are
// mended.
#pragma once

#include <string>

#include "paddock/vram/cards.h"
#include "paddock/vram/monitor.h"

namespace paddock::api {

// The answer of GET /api/gpus, without an end of line.
std::string gpus_text(const vram::Snapshot& snapshot);
// The same, around what cards_text() said of it: an array.
std::string gpus_text(const vram::Snapshot& snapshot, const std::string& cards);
std::string cards_text(const vram::Snapshot& snapshot);

// One entry of `accelerators` of GET /api/hardware.
std::string accelerator_text(const gpu::Device& device, std::size_t index);

// The answer of GET /api/performance. Without samples null stands for the lists, unless some were left out.
enum class Asked { kAll, kNewer };
std::string performance_body(const vram::Samples& samples, Asked asked);

}  // namespace paddock::api
