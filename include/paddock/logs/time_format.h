// The time formats of `logTimeFormat`. Pure but for the zone of the machine; any thread.
#pragma once

#include <string>
#include <string_view>

#include "paddock/base/wall_time.h"

namespace paddock::logs {

// Local time in the format of that name in docs/configuration.md (`ansic`, `rfc3339nano`, ...); empty for
// another name.
std::string format_time(WallTime time, std::string_view name);

}  // namespace paddock::logs
