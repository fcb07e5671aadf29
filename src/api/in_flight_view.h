// The JSON of requests in flight, as docs/api.md shows it. Pure functions; any thread.
#pragma once

#include <string>

#include "paddock/http/in_flight.h"
#include "paddock/router/status.h"

namespace paddock::api {

// `waiting`, `loading`, `sending` or `answering`: a worker knows that its request waits; what for, its
// model's state tells.
const char* phase_name(http::InFlight::Phase phase, router::ModelState model);

// One request as it was at that time, an object.
std::string in_flight_text(const http::InFlight::Picture& request, const char* phase, TimePoint at);
// The same as llama-swap's clients have it.
std::string llama_swap_request(const http::InFlight::Picture& request);

}  // namespace paddock::api
