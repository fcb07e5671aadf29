// Launches that are ready and serve no more: they stand still, or their device has failed.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "impl.h"
#include "paddock/base/text.h"

namespace paddock::router {

void Router::Impl::watch_for_stalls(Launch& launch) {
  const auto options = std::find_if(options_.models.begin(), options_.models.end(),
                                    [&](const ModelOptions& model) { return model.id == launch.model; });
  if (options == options_.models.end() || options->stall_timeout <= Duration::zero()) return;
  launch.stall.emplace(options->stall_timeout);
  launch.upstream->watch();
  arm_stall_timer(launch.stall->period());
}

// One timer for all, as often as the most impatient wants it.
void Router::Impl::arm_stall_timer(Duration period) {
  if (stall_timer_armed_) stall_timer_.cancel({1});
  stall_timer_armed_ = true;
  stall_timer_.arm({1}, steady_now() + period);
}

void Router::Impl::look_for_stalls() {
  stall_timer_armed_ = false;
  const TimePoint now = steady_now();
  std::optional<Duration> next;
  for (Launch* launch : launches_.watched()) {
    Stall& stall = *launch->stall;
    next = std::min(next.value_or(stall.period()), stall.period());
    const Upstream& upstream = *launch->upstream;
    if (upstream.breakage()) continue;
    if (upstream.awaited.load(std::memory_order_relaxed) <= 0) {
      stall.rest();
      continue;
    }
    const std::uint64_t sent = upstream.received.load(std::memory_order_relaxed);
    if (!stall.is_quiet(now, sent, launcher_->printed(upstream.generation))) continue;
    if (const auto time = stall.look(now, launcher_->cpu_time(upstream.generation))) stalled(*launch, *time);
  }
  if (next) arm_stall_timer(*next);
}

void Router::Impl::stalled(const Launch& launch, Duration time) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  Breakage breakage;
  breakage.code = "upstream_stalled";
  breakage.message = "model `" + printable(launch.model.str()) +
                     "` sent nothing, logged nothing and used no CPU for " + std::to_string(seconds) +
                     " s while requests waited for it; it is restarted";
  breakage.detail.kind = process::class_name(process::FailureClass::kNoAnswer);
  restart_broken(launch.model, launch.status.generation, std::move(breakage),
                 process::FailureClass::kNoAnswer, "stalled");
}

void Router::Impl::broken(const ModelId& model, Generation generation, const process::Breakage& breakage) {
  Breakage told;
  told.code = "upstream_failed";
  told.message = breakage.message;
  told.detail.kind = process::class_name(breakage.kind);
  told.detail.line = breakage.line;
  restart_broken(model, generation, std::move(told), breakage.kind, "fatal line in its log");
}

// Its end, and whether it may come again, are the scheduler's; here its running requests are cut.
void Router::Impl::restart_broken(const ModelId& model, Generation generation, Breakage breakage,
                                  process::FailureClass kind, const char* why) {
  const std::string message = breakage.message;
  if (!launches_.broken(generation, std::move(breakage))) return;
  spdlog::warn("{}", message);
  const Launch* launch = launches_.find(generation);
  const scheduler::Backoff backoff =
      launch->upstream->has_served() ? scheduler::Backoff{} : options_.back_off(kind);
  const OpId op = operations_.add(model, [model](const Outcome& outcome) {
    if (outcome.error) spdlog::warn("model {} is not restarted: {}", model.str(), outcome.error->message);
  });
  loop_.push(scheduler::ProcessBroken{op, model, generation, why, backoff});
  if (options_.on_broken) options_.on_broken();
}

}  // namespace paddock::router
