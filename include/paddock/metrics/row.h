// Row: one finished request for a model, as the activity list keeps it. Immutable value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "paddock/metrics/usage.h"

namespace paddock::metrics {

using WallTime = std::chrono::system_clock::time_point;

struct Row {
  std::uint64_t id = 0;  // grows with every request; kept over restarts where the list is in a file
  WallTime ended{};
  std::string model;         // its id, or the peer's name of it
  std::string path;          // as sent, without the query
  std::string content_type;  // of the answer; empty: none
  int status = 0;            // what the client was told; 499: it was gone, or cancelled
  Usage usage;
  std::int64_t duration_ms = 0;  // from the moment its model was known, waits included
  std::string error;             // a sentence; empty: none
  std::string metadata;          // a JSON object; empty: none

  // llama-swap has none of these.
  std::string method;
  std::string code;            // of the error: docs/api.md's words, or `status_500`; empty: none
  bool stream = false;         // the answer was a stream of events
  std::int64_t bytes = 0;      // of the answer's body, as the server sent it
  std::int64_t queue_ms = -1;  // waited for a place, but not for a load; -1: got none
  std::int64_t load_ms = -1;   // of that wait, while its model loaded; -1: got no place
  std::int64_t ttft_ms = -1;   // from its place on to the first byte of the body; -1: there was none

  friend bool operator==(const Row&, const Row&) = default;
};

}  // namespace paddock::metrics
