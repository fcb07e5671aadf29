// Usage: what an answer says of its tokens, in llama-swap's words. Immutable values.
#pragma once

#include <cstdint>
#include <string_view>

namespace paddock::metrics {

// Counts are tokens, rates tokens per second; -1: the server did not say. All zero: the answer told nothing.
struct Usage {
  std::int64_t input = 0;   // of the prompt, as the server counts them
  std::int64_t output = 0;  // generated
  std::int64_t cached = 0;  // of the prompt, not computed anew
  std::int64_t draft = 0;   // proposed by a draft model
  std::int64_t draft_accepted = 0;
  double prompt_rate = 0;
  double generation_rate = 0;
  std::int64_t engine_ms = 0;  // time that the server itself measured; 0: it did not say

  friend bool operator==(const Usage&, const Usage&) = default;
};

// Of an answer that could not be looked into.
inline constexpr Usage kUnreadUsage{-1, -1, -1, -1, -1, -1, -1, 0};

// How an answer's bytes are coded, by its Content-Encoding.
enum class Coding { kPlain, kGzip, kDeflate, kOther };
// `header` as it came; empty is plain.
Coding coding_of(std::string_view header);

}  // namespace paddock::metrics
