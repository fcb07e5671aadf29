#include "stall.h"

#include <algorithm>

namespace paddock::router {

namespace {

using namespace std::chrono_literals;

constexpr int kLeastShare = 100;  // of a core
// What a look at /proc may be off by.
constexpr Duration kClockTick = 10ms;

}  // namespace

Duration Stall::period() const { return std::clamp<Duration>(timeout_ / 8, 250ms, 5s); }

bool Stall::is_quiet(TimePoint now, std::uint64_t sent, std::uint64_t printed) {
  const bool quiet = since_ && sent == sent_ && printed == printed_;
  sent_ = sent;
  printed_ = printed;
  if (quiet) return true;
  since_ = now;
  cpu_.reset();
  return false;
}

std::optional<Duration> Stall::look(TimePoint now, Duration cpu) {
  if (!since_) return std::nullopt;
  // Less than before: a process has ended, which is a sign of life.
  const bool worked = cpu_ && (cpu < *cpu_ || cpu - *cpu_ > (now - cpu_at_) / kLeastShare + kClockTick);
  if (worked) since_ = now;
  if (worked || !cpu_) {
    cpu_ = cpu;
    cpu_at_ = now;
  }
  if (now - *since_ < timeout_) return std::nullopt;
  return now - *since_;
}

}  // namespace paddock::router
