// Stall decides whether one launch stands still: requests wait for it, and it sends nothing, prints nothing
// and uses no CPU. Samples and times go in, a verdict comes out.
//
// No CPU means less than a hundredth of a core since it went quiet: a server that does nothing still wakes up
// now and then. An engine that waits for its GPU without turning a core is not told from a dead one; the use
// of the GPU belongs beside `cpu` once it can be read.
// Plain value; control thread. Samples are taken now and then, so it may be late by the time between two.
#pragma once

#include <cstdint>
#include <optional>

#include "paddock/base/clock.h"

namespace paddock::router {

class Stall {
 public:
  explicit Stall(Duration timeout) : timeout_(timeout) {}

  // Time between two samples.
  Duration period() const;
  // Nobody waits for it.
  void rest() { since_.reset(); }
  // What it has sent and printed so far, in bytes. True if neither has grown: then look at its CPU.
  bool is_quiet(TimePoint now, std::uint64_t sent, std::uint64_t printed);
  // `cpu`: what its processes have used so far. For how long it has stood still, once that is too long.
  std::optional<Duration> look(TimePoint now, Duration cpu);

 private:
  Duration timeout_;
  std::optional<TimePoint> since_;  // the last sign of life, while somebody waits
  std::uint64_t sent_ = 0, printed_ = 0;
  std::optional<Duration> cpu_;  // when it went quiet, at cpu_at_
  TimePoint cpu_at_{};
};

}  // namespace paddock::router
