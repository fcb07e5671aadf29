// Gate: a ready model's standing permission, lent to the workers so that a request costs no visit to the
// control thread.
//
// One atomic word holds "open" and the number of leases inside. Entering an open gate is a lease; the control
// thread closes it when it needs the model; whoever then leaves last tells it. The control thread stays the
// only one that decides: an open gate is a permission that it can take back at any time.
// The model's state is kept beside it, for whoever chooses among models and can be wrong about it.
// enter(), leave() and state() are thread-safe; the rest is for the control thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/router/lease.h"
#include "paddock/router/status.h"

namespace paddock::router {

class Gate {
 public:
  // `on_last_left` is called, on the thread of the last lease, when a closed gate becomes empty.
  explicit Gate(std::function<void()> on_last_left);

  // The launch behind the gate, or null if it is closed. Each success is followed by one leave().
  std::shared_ptr<Upstream> enter();
  void leave();

  // The gate must be closed and empty.
  void open(std::shared_ptr<Upstream> upstream);
  // True if nobody is inside; otherwise on_last_left will be called.
  bool close();
  // Lets go of the launch; the gate must be closed and empty.
  void forget() { upstream_.reset(); }
  int inside() const;
  Generation generation() const { return upstream_ ? upstream_->generation : Generation{}; }
  // Advisory: what the model was a moment ago.
  ModelState state() const { return state_.load(std::memory_order_relaxed); }
  void set_state(ModelState state) { state_.store(state, std::memory_order_relaxed); }
  // When the last lease ended, be it before the gate was last opened.
  TimePoint idle_since() const;

 private:
  static constexpr std::uint64_t kOpen = std::uint64_t{1} << 63;

  const std::function<void()> on_last_left_;
  std::atomic<std::uint64_t> word_{0};
  std::atomic<TimePoint::rep> idle_since_{0};
  std::atomic<ModelState> state_{ModelState::kStopped};
  std::shared_ptr<Upstream> upstream_;  // written only while closed and empty
};

}  // namespace paddock::router
