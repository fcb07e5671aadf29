#include "gate.h"

#include <utility>

namespace paddock::router {

Gate::Gate(std::function<void()> on_last_left) : on_last_left_(std::move(on_last_left)) {}

std::shared_ptr<Upstream> Gate::enter() {
  std::uint64_t word = word_.load(std::memory_order_relaxed);
  while ((word & kOpen) != 0) {
    if (word_.compare_exchange_weak(word, word + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return upstream_;
    }
  }
  return nullptr;
}

void Gate::leave() {
  idle_since_.store(steady_now().time_since_epoch().count(), std::memory_order_relaxed);
  if (word_.fetch_sub(1, std::memory_order_acq_rel) == 1) on_last_left_();
}

void Gate::open(std::shared_ptr<Upstream> upstream) {
  upstream_ = std::move(upstream);
  word_.store(kOpen, std::memory_order_release);
}

bool Gate::close() { return (word_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen) == 0; }

int Gate::inside() const { return static_cast<int>(word_.load(std::memory_order_relaxed) & ~kOpen); }

TimePoint Gate::idle_since() const {
  return TimePoint(Duration(idle_since_.load(std::memory_order_relaxed)));
}

}  // namespace paddock::router
