// The end of the router.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "impl.h"
#include "shutdown_plan.h"

namespace paddock::router {

namespace {

// What a hurried shutdown leaves a model between the stop signal and the kill.
constexpr Duration kHurriedGrace = std::chrono::seconds(1);

}  // namespace

void Router::Impl::shutdown(Duration budget, std::function<void()> done) {
  const OpId op = operations_.add({}, [done = std::move(done)](const Outcome&) {
    if (done) done();
  });
  if (budget <= Duration::zero()) {
    loop_.push(scheduler::ShutdownRequested{op});
    return cut(kHurriedGrace);
  }
  loop_.push(scheduler::ShutdownRequested{op, kill_after(budget)});
  const Busy busy = busy_models();  // the gates are shut by now: nobody comes in any more
  const Duration patience = cut_after(budget, busy.longest_unload);
  const TimePoint at = steady_now() + patience;
  if (busy.requests == 0 || at >= cut_at_) return;
  spdlog::info("running requests ({}) have {:.3g} s to finish; a second signal cuts them", busy.requests,
               std::chrono::duration<double>(patience).count());
  cut_at_ = at;
  shutdown_timer_.cancel({1});
  shutdown_timer_.arm({1}, at);
}

Router::Impl::Busy Router::Impl::busy_models() const {
  Busy busy;
  const Status now = status();
  for (const ModelStatus& model : now.models) {
    if (model.in_flight == 0) continue;
    busy.requests += model.in_flight;
    busy.longest_unload = std::max(busy.longest_unload, unload_graces_.at(model.id));
  }
  return busy;
}

void Router::Impl::cut(std::optional<Duration> grace) {
  if (const int requests = busy_models().requests; requests > 0) {
    spdlog::warn("running requests ({}) are cut", requests);
  }
  cut_at_ = TimePoint::min();
  shutdown_timer_.cancel({1});
  loop_.push(scheduler::ShutdownCut{grace});
}

}  // namespace paddock::router
