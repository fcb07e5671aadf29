// AnswerMeter reads one answer on its way for what it cost: when its body began, its bytes, its tokens.
//
// It takes no part in the relaying: the client gets the same bytes at the same time, whatever they are.
// Session's worker only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/clock.h"
#include "paddock/metrics/usage_scanner.h"
#include "response_head.h"

namespace paddock::http {

class AnswerMeter {
 public:
  // `path`: of the request, as the upstream gets it.
  explicit AnswerMeter(std::string_view path) : infill_(path.starts_with("/infill")) {}

  void take_head(const ResponseHead& head);
  // The body without its framing.
  void take(std::string_view bytes) {
    if (bytes.empty()) return;
    if (bytes_ == 0) began_ = steady_now();
    bytes_ += bytes.size();
    if (scanner_) scanner_->feed(bytes);
  }

  std::optional<TimePoint> began() const { return bytes_ > 0 ? std::optional(began_) : std::nullopt; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t tokens() const { return scanner_ ? scanner_->tokens() : 0; }  // so far, of a stream
  int status() const { return status_; }                                      // 0: no head came
  bool stream() const { return stream_; }
  const std::string& content_type() const { return content_type_; }
  // Does some of what waits to be read; true as long as there is more. Before end().
  bool work() { return scanner_ && scanner_->work(); }
  metrics::UsageScanner::Result end() { return scanner_ ? scanner_->end() : metrics::UsageScanner::Result(); }

 private:
  const bool infill_;
  int status_ = 0;
  bool stream_ = false;
  std::string content_type_;
  TimePoint began_;
  std::uint64_t bytes_ = 0;
  std::optional<metrics::UsageScanner> scanner_;  // of an answer that may tell something
};

}  // namespace paddock::http
