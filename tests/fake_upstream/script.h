// Script: how one request is answered. The request brings it along, as the member `"fake"` of its JSON body
// or as the header `X-Fake: <json>`; without one a plausible OpenAI answer is made. The members of the JSON
// have the names of the fields below. Plain values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "message.h"

namespace paddock::fake {

enum class Mode {
  kLength,   // Content-Length
  kChunked,  // each piece one chunk
  kClose,    // ended by closing
  kRaw,      // no head of ours: the pieces are all that is sent
};

struct Script {
  int status = 200;
  Mode mode = Mode::kLength;  // "length", "chunked", "close", "raw"
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> pieces;  // also from "raw": "..." and from "fill": {"pieces": N, "bytes": N}
  std::vector<std::pair<std::string, std::string>> trailers;
  std::vector<int> interim;                  // statuses of 1xx answers sent before the head
  std::string chunk_ext;                     // such as ";x=y", behind every chunk length
  std::optional<long long> declared_length;  // a Content-Length that may be a lie

  bool early = false;        // answers before the body was read, and reads it afterwards
  bool early_close = false;  // like early, but closes after the answer with the body unread
  int delay_body_ms = 0;     // waits before it reads the body (header only)
  int delay_head_ms = 0;
  int piece_delay_ms = 0;  // before every piece but the first

  std::string gate;    // waits until GET /fake/release/<gate> reached this fake
  int gate_after = 0;  // pieces sent before that wait; -1: waits before the head

  bool crash = false;  // the whole process ends instead of answering
  std::optional<int> rst_after_pieces;
  std::optional<int> close_after_pieces;
  std::optional<int> exit_after_pieces;  // the whole process ends
  bool half_chunk = false;               // after the pieces the beginning of a chunk, then closes

  std::optional<int> keepalive_timeout;    // sends Keep-Alive: timeout=N
  std::optional<int> close_idle_after_ms;  // closes the idle connection after that time
  bool close_after = false;                // closes once all is sent
  bool rst_after = false;                  // resets once all is sent
  bool stray_bytes_after = false;          // bytes nobody asked for follow the answer
  std::string close_on_next;               // "eof" or "rst": ends the connection at its next request
};

// Nothing when the JSON is no script.
std::optional<Script> parse_script(const nlohmann::json& json);
std::optional<Script> script_from_header(const RequestHead& head);
// From the member `fake`, or else what an engine of this name would answer.
Script script_for(const RequestHead& head, const std::string& body, const std::string& name);

}  // namespace paddock::fake
