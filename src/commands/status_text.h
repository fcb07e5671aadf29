// What `paddock status` shows. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "json.h"
#include "paddock/base/wall_time.h"

namespace paddock::commands {

struct StatusView {
  bool all = false;  // stopped models too
  std::optional<std::size_t> width;
  WallTime now;
};

// `models` as GET /api/models answers, `gpus` as GET /api/gpus does. Nothing: it is no such answer.
std::optional<std::string> status_text(const Json& models, const Json& gpus, const StatusView& view);

}  // namespace paddock::commands
