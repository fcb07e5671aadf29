// What one JSON document of an upstream's answer says: an event of its stream, or all of it.
//
// Reads as far as it makes sense: a member of another type than expected counts as missing. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json.h"
#include "paddock/base/clock.h"
#include "paddock/ollama/request.h"

namespace paddock::ollama {

// A tool call, or a part of one: `arguments` of parts with the same index are joined.
struct ToolPiece {
  std::int64_t index = 0;
  std::string id;
  std::string name;
  std::string arguments;
};

struct Counts {
  bool from_usage = false;  // else from timings, which leave out the part of the prompt that was cached
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> tokens;
  std::optional<Duration> prompt_time;
  std::optional<Duration> time;
};

struct Piece {
  std::string text;
  std::string thinking;
  std::vector<ToolPiece> tools;
  Json logprobs;       // a list, or null
  std::string finish;  // OpenAI's word; empty: not yet
};

Piece read_piece(Json& json, Form form);

// Overwrites those that `json` has.
void read_counts(const Json& json, Form form, Counts& counts);

// The sentence of an answer that is an error, in the forms that servers use: `{"error": {"message": ...}}`,
// `{"error": ...}`, `{"message": ...}`, `{"detail": ...}`. Nothing if it is none.
std::optional<std::string> read_error(const Json& json);

}  // namespace paddock::ollama
