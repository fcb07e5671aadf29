#include "timers.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>
#include <chrono>
#include <unordered_map>
#include <utility>

namespace paddock::router {

namespace asio = boost::asio;

using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                               asio::io_context::executor_type>;

struct Timers::State {
  asio::io_context& control;
  Fire fire;
  std::unordered_map<scheduler::TimerId, Timer> armed;
};

Timers::Timers(asio::io_context& control, Fire fire)
    : state_(std::make_shared<State>(State{control, std::move(fire), {}})) {}

Timers::~Timers() = default;

void Timers::arm(scheduler::TimerId timer, TimePoint at) {
  Timer& slot = state_->armed.try_emplace(timer, state_->control).first->second;
  slot.expires_at(at);
  // Weak: a handler that is already queued outlives this object, and cancelling cannot call it back.
  slot.async_wait([weak = std::weak_ptr<State>(state_), timer](boost::system::error_code error) {
    const std::shared_ptr<State> state = weak.lock();
    if (error || !state || state->armed.erase(timer) == 0) return;
    state->fire(timer);
  });
}

void Timers::cancel(scheduler::TimerId timer) { state_->armed.erase(timer); }

}  // namespace paddock::router
