// The frames of the two event streams. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "paddock/feed/feed.h"

namespace paddock::api {

// A frame of GET /api/events/v2: `id`, `event: state` (all there is) or `event: change`, and an object with a
// member for each section: an object by key, one text, or an array of rows; null is gone.
std::string event_frame(const feed::News& news);

// A frame of llama-swap's GET /api/events: `data` is JSON.
std::string llama_swap_frame(std::string_view type, const std::string& data);

}  // namespace paddock::api
