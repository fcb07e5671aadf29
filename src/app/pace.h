// Pace: how fast one launch answers, and whether that is much slower than usual. A launch whose memory is
// paged by the driver goes on, at a fraction of its speed, and nothing else tells.
//
// Answers of an engine that serves several at once are slow for that reason, so the fastest of the last few
// stands for all; short ones tell nothing. Pure; one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace paddock::app {

class Pace {
 public:
  // Whether such an answer says anything about the pace.
  static bool counts(std::int64_t tokens, double per_second);
  // Tokens generated, and how many of them per second by the engine's own clock.
  void answered(std::int64_t tokens, double per_second);
  // Nothing before the third that counts.
  std::optional<double> fastest() const;
  // Those that are remembered have all been counted: it will not be known better.
  bool is_settled() const;
  // `usual`: of earlier launches; nothing is known: false.
  bool is_slow(const std::optional<double>& usual) const;

 private:
  std::deque<double> last_;
};

}  // namespace paddock::app
