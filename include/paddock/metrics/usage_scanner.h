// UsageScanner reads the tokens and timings out of one answer while it passes by: JSON or a stream of
// events, of llama-server (`timings`, `usage`), vLLM (`metrics`), the Anthropic and the Responses API.
//
// It sees the body without its framing, in pieces of any size: where they are cut changes nothing. Its memory
// is bounded and does not depend on the answer; answers in gzip and deflate are decoded on the side, up to
// kMostDecoded bytes. A few coded bytes may become many: one call decodes kDecodedAtOnce at most, and what is
// left waits for the next one, or for work() when the answer is over. Whatever the bytes are, it neither
// fails nor asks for more: what cannot be read, or is more than kMostWaiting behind, is no usage. To read
// another field: a line in the table of src/metrics/usage_json.cpp and its use in read_usage(). For one
// answer; one thread at a time. feed() allocates only for what waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "paddock/metrics/usage.h"

namespace paddock::metrics {

// Decoded bytes beyond which a coded answer is looked at no more.
inline constexpr std::size_t kMostDecoded = 32 << 20;
// Of them in one call: less than a millisecond's work.
inline constexpr std::size_t kDecodedAtOnce = 128 << 10;
// Coded bytes that wait.
inline constexpr std::size_t kMostWaiting = 1 << 20;

class UsageScanner {
 public:
  enum class Form {
    kJson,
    kEvents,   // `data: {...}` lines
    kInfill,   // llama-server's /infill: a JSON list, and its last element tells
    kRefusal,  // a JSON that says what went wrong
  };

  UsageScanner(Form form, Coding coding);
  ~UsageScanner();
  UsageScanner(UsageScanner&&) noexcept;
  UsageScanner& operator=(UsageScanner&&) noexcept;

  void feed(std::string_view bytes);
  // Does some of what waits; true as long as there is more. Before end(), if that is not to do it all.
  bool work();

  // Of a stream so far: its events, which mostly are a token each, or as many as it counts itself while it
  // goes on. Costs nothing.
  std::uint64_t tokens() const;

  struct Result {
    Usage usage;
    // kRefusal: the answer's own words, cut at 500 bytes. Else why it could not be decoded. Mostly empty.
    std::string error;
  };
  // Of what came; an answer that broke off tells what whole events told.
  Result end();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::metrics
