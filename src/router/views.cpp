// What people see of the router.
#include <algorithm>
#include <chrono>
#include <utility>

#include "errors.h"
#include "impl.h"

namespace paddock::router {

namespace {

ModelState model_state(scheduler::State state) {
  switch (state) {
    case scheduler::State::kStopped:
      return ModelState::kStopped;
    case scheduler::State::kStarting:
      return ModelState::kStarting;
    case scheduler::State::kReady:
      return ModelState::kReady;
    case scheduler::State::kStopping:
      break;
  }
  return ModelState::kStopping;
}

}  // namespace

Router::Sight Router::Impl::sight(const ModelId& model) {
  const scheduler::View view = scheduler_.view();
  const auto known = std::find_if(view.models.begin(), view.models.end(),
                                  [&model](const scheduler::ModelView& one) { return one.id == model; });
  if (known == view.models.end())
    return route_error(scheduler::RejectReason::kUnknownModel, model, {}, launches_);
  Launch* const launch =
      known->state == scheduler::State::kReady ? launches_.find(known->generation) : nullptr;
  if (!launch || !launch->upstream || launch->upstream->leaving())
    return route_error(scheduler::RejectReason::kNotLoaded, model, {}, launches_);
  return launch->upstream;
}

Status Router::Impl::status() const {
  const scheduler::View view = scheduler_.view();
  Status out{view.shutting_down, view.frozen, {}};
  for (const scheduler::ModelView& model : view.models) {
    const Gate& gate = gates_.at(model.id);
    // Leases on a launch that died are still inside, but they run on nothing.
    const int inside = gate.generation() == model.generation ? gate.inside() : 0;
    const int in_flight = model.in_flight + inside;
    out.models.push_back({model.id, model_state(model.state), model.draining, in_flight, model.waiting,
                          launches_.history(model.id)});
  }
  return out;
}

Queue Router::Impl::queue() const {
  const TimePoint now = steady_now();
  Queue out{scheduler_.view().frozen, {}};
  for (scheduler::Waiting& waiting : scheduler_.queue(now)) {
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting.since);
    out.waiting.push_back({waiting.ticket, std::move(waiting.model), age, std::move(waiting.blocked_by)});
  }
  return out;
}

std::vector<scheduler::LentUse> Router::Impl::lent_uses() const {
  std::vector<scheduler::LentUse> out;
  for (const auto& [model, gate] : gates_.all()) {
    if (gate->generation()) out.push_back({model, gate->inside() > 0, gate->idle_since()});
  }
  return out;
}

std::optional<Plan> Router::Impl::plan(const ModelId& model,
                                       const std::optional<std::vector<ModelId>>& running) const {
  auto plan =
      running ? scheduler_.plan_beside(model, *running) : scheduler_.plan(model, lent_uses(), steady_now());
  if (!plan) return std::nullopt;
  return Plan{std::move(plan->model),
              scheduler::action_name(plan->action),
              std::move(plan->evict),
              std::move(plan->set),
              plan->cost,
              plan->exact,
              std::move(plan->reason)};
}

}  // namespace paddock::router
