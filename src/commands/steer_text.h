// What `load`, `unload` and `reload` say of the daemon's answer. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "json.h"

namespace paddock::commands {

// Of POST /api/models/{id}/load, whose answer is `{"model": Model}`. `ready`: it is; else somebody was
// quicker.
struct Loaded {
  bool ready = false;
  std::string text;  // one line, or a sentence for a failure
};
std::optional<Loaded> loaded(const Json& answer);

// Of POST /api/models/{id}/unload, with the same answer.
std::optional<std::string> unloaded_text(const Json& answer);

// Of POST /api/config/reload.
std::optional<std::string> reloaded_text(const Json& answer);
// The findings of an answer or of a refusal, a line each: `FILE:LINE:COLUMN: error: MESSAGE; HINT`.
std::string findings_text(const Json& answer);

}  // namespace paddock::commands
