#include "event_loop.h"

#include <utility>

#include "paddock/base/clock.h"

namespace paddock::router {

EventLoop::EventLoop(scheduler::Scheduler& scheduler, Perform perform)
    : scheduler_(scheduler), perform_(std::move(perform)) {}

void EventLoop::push(scheduler::Event event) {
  queue_.push_back(std::move(event));
  if (running_) return;
  running_ = true;
  while (!queue_.empty()) {
    const scheduler::Event next = std::move(queue_.front());
    queue_.pop_front();
    events_.fetch_add(1, std::memory_order_relaxed);
    for (const scheduler::Effect& effect : scheduler_.on(next, steady_now())) perform_(effect);
  }
  running_ = false;
}

}  // namespace paddock::router
