// The text of a file of GPUs. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/gpu/source.h"

namespace paddock::gpu {

// See file_source() in the face. The error says what is wrong, and where: `gpus[1].used must be ...`.
Result<std::vector<Device>, std::string> parse_devices(std::string_view text);

}  // namespace paddock::gpu
