// EventLoop feeds the scheduler: one event at a time, all its effects performed before the next one is taken.
// Whatever an effect causes is queued behind, never called into (run to completion).
// Control thread only.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>

#include "paddock/scheduler/scheduler.h"

namespace paddock::router {

class EventLoop {
 public:
  using Perform = std::function<void(const scheduler::Effect&)>;

  EventLoop(scheduler::Scheduler& scheduler, Perform perform);

  // Returns when this event and all that it caused are dealt with, or at once when called from an effect.
  void push(scheduler::Event event);
  // Of all that were dealt with, and begun to be. Any thread.
  std::uint64_t events() const { return events_.load(std::memory_order_relaxed); }

 private:
  scheduler::Scheduler& scheduler_;
  const Perform perform_;
  std::deque<scheduler::Event> queue_;
  bool running_ = false;
  std::atomic<std::uint64_t> events_{0};
};

}  // namespace paddock::router
