// What `paddock queue` shows of GET /api/queue. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "json.h"

namespace paddock::commands {

// Nothing: it is no such answer.
std::optional<std::string> queue_text(const Json& queue, std::optional<std::size_t> width);

}  // namespace paddock::commands
