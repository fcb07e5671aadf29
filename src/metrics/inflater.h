// Inflater decodes gzip and deflate (in zlib's wrapper or raw) piece by piece, up to a limit of what comes
// out.
//
//   put(bytes); while (next(piece)) ...;
//
// Never fails loudly: broken() once the bytes are not what they should be, exhausted() once the limit is
// reached; then nothing more comes. Its memory is zlib's window and one piece.
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "paddock/metrics/usage.h"

namespace paddock::metrics {

class Inflater {
 public:
  // `coding` is kGzip or kDeflate.
  Inflater(Coding coding, std::size_t limit);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // The bytes must live until next() answered false; until then more than rest() may be owed.
  void put(std::string_view bytes) { in_ = bytes; }
  bool next(std::string_view& piece);

  // What of the bytes was not looked at yet.
  std::string_view rest() const { return in_; }

  bool broken() const { return state_ == State::kBroken; }
  bool exhausted() const { return state_ == State::kExhausted; }
  // The coded text came to its end.
  bool whole() const { return state_ == State::kEnded; }

 private:
  enum class State { kBegin, kRuns, kEnded, kBroken, kExhausted };

  bool begin();
  void go_on_behind_end();

  const Coding coding_;
  std::size_t left_;  // may still come out
  State state_ = State::kBegin;
  z_stream stream_{};
  bool open_ = false;
  std::array<unsigned char, 2> first_{};  // of deflate, to know its wrapper
  std::size_t held_ = 0;                  // of them
  std::string_view in_;
  std::array<unsigned char, 4096> out_;
};

}  // namespace paddock::metrics
