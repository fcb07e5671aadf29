// Timers: the deadlines that the scheduler asked for. A cancelled timer never fires, even if its time had
// come when it was cancelled. Control thread only; destroying it cancels all.
#pragma once

#include <functional>
#include <memory>

#include "paddock/base/clock.h"
#include "paddock/scheduler/events.h"

namespace boost::asio {
class io_context;
}

namespace paddock::router {

class Timers {
 public:
  using Fire = std::function<void(scheduler::TimerId)>;

  Timers(boost::asio::io_context& control, Fire fire);
  ~Timers();

  void arm(scheduler::TimerId timer, TimePoint at);
  void cancel(scheduler::TimerId timer);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace paddock::router
