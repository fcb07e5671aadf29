// `keep_alive` of a request: a number of seconds or a duration in Go's form, `5m`, `1h30m`, `-1s`. Anything
// below zero means for ever. Pure; any thread.
#pragma once

#include <optional>

#include "json.h"
#include "paddock/ollama/request.h"
#include "reader.h"

namespace paddock::ollama {

// Nothing if it is not given, or not understood, of which the reader is told.
std::optional<KeepAlive> read_keep_alive(const Json& json, Reader& reader);

}  // namespace paddock::ollama
