// ChunkScanner finds the end of a chunked body without changing a byte of it.
//
// It knows RFC 9112 section 7.1 whole: sizes, extensions, the data's own CRLF, trailers. It is strict where
// leniency would let two programs disagree about an end: CRLF only, hexadecimal digits only (blanks may
// follow them), sizes that fit 63 bits, no control bytes, trailers that are fields, lines of at most 8 KiB.
// Pieces may be cut anywhere. Pure; no allocation unless payload is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace paddock::http {

class ChunkScanner {
 public:
  enum class State { kMore, kDone, kBad };

  // Takes the next piece; returns how many of its bytes belong to the body (all of them unless the body
  // ended or broke inside). `payload`, if given, gets the runs of data inside the piece appended.
  std::size_t feed(std::string_view piece, std::vector<std::string_view>* payload = nullptr);

  State state() const;
  // True if no chunk has begun that has not ended: another one may be put here.
  bool between_chunks() const { return step_ == Step::kSizeFirst; }
  // Data bytes so far, without framing.
  std::uint64_t payload_bytes() const { return payload_bytes_; }

 private:
  enum class Step {
    kSizeFirst,
    kSize,
    kSizeBlank,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerFirst,
    kTrailerName,
    kTrailer,
    kTrailerLf,
    kLastLf,
    kDone,
    kBad
  };

  void take(char c);
  void take_size(char c);
  void take_behind_size(char c);
  void take_text(char c, Step at_cr);
  void take_trailer_name(char c);
  void after_size();
  bool line_fits();

  Step step_ = Step::kSizeFirst;
  std::uint64_t left_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint32_t line_ = 0;  // bytes of the current size and extension, or of all trailers
};

}  // namespace paddock::http
