// What `paddock top` knows and shows, out of GET /api/events/v2. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "events.h"
#include "json.h"
#include "paddock/base/wall_time.h"

namespace paddock::commands {

// The state as the stream told it last: an object with `daemon`, `models`, `gpus`, `inflight`. `state`
// replaces it, `change` has what differs. False: the event is neither.
bool apply(Json& state, const Event& event);

struct TopView {
  std::string url;
  std::string trouble;  // why what is shown is old; empty: it is not
  WallTime now;
  std::optional<std::size_t> width;  // of the terminal; nothing: as wide as it is
  std::size_t height = 0;            // lines at most; 0: all
};

// Lines, each with a line feed.
std::string top_text(const Json& state, const TopView& view);

// The lines as a screen that stands already is overwritten with them: from its top left corner, without a
// blank screen between.
std::string redraw(const std::string& lines);

}  // namespace paddock::commands
