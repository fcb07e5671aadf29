// What people see of the router.
#include <algorithm>
#include <chrono>
#include <map>
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

// As the scheduler will see it once the gate has told what came through.
std::optional<TimePoint> idle_end(const scheduler::View& view, const scheduler::ModelView& model,
                                  const Gate& gate) {
  const bool stays = view.frozen || view.shutting_down || model.ttl <= Duration::zero();
  if (stays || model.state != scheduler::State::kReady || model.draining) return std::nullopt;
  return std::max(std::max(model.used_at, gate.idle_since()) + model.ttl, model.stays_until);
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

std::optional<Loading> Router::Impl::loading(const scheduler::ModelView& model) const {
  if (model.state != scheduler::State::kStarting) return std::nullopt;
  const Launch* const launch = launches_.find(model.generation);
  if (!launch) return std::nullopt;
  const process::LoadProgress progress =
      launcher_->loading(model.generation).value_or(process::LoadProgress{});
  std::optional<Duration> expected = launches_.usual_load(model.id);
  if (!expected && options_.expected_load) expected = options_.expected_load(model.id);
  Loading out;
  out.stage = process::stage_name(progress.stage);
  out.percent = progress.percent;
  out.elapsed = std::chrono::floor<std::chrono::seconds>(launch->age());
  if (expected) out.expected = std::chrono::ceil<std::chrono::seconds>(*expected);
  return out;
}

ModelStatus Router::Impl::model_status(const scheduler::View& view, const scheduler::ModelView& model) const {
  const Gate& gate = gates_.at(model.id);
  // Leases on a launch that died are still inside, but they run on nothing.
  const int inside = gate.generation() == model.generation ? gate.inside() : 0;
  const int in_flight = model.in_flight + inside;
  ModelStatus out{model.id,      model_state(model.state), model.draining, in_flight, model.waiting, {},
                  loading(model)};
  if (in_flight == 0 && model.waiting == 0) out.unloads = idle_end(view, model, gate);
  return out;
}

Status Router::Impl::overview() const {
  const scheduler::View view = scheduler_.view();
  Status out{view.shutting_down, view.frozen, {}};
  for (const scheduler::ModelView& model : view.models) {
    out.models.push_back(model_status(view, model));
    if (auto newest = launches_.newest(model.id)) out.models.back().launches.push_back(std::move(*newest));
  }
  return out;
}

Status Router::Impl::status() const {
  const scheduler::View view = scheduler_.view();
  Status out{view.shutting_down, view.frozen, {}};
  for (const scheduler::ModelView& model : view.models) {
    out.models.push_back(model_status(view, model));
    out.models.back().launches = launches_.history(model.id);
  }
  return out;
}

Queue Router::Impl::queue() const {
  const TimePoint now = steady_now();
  const scheduler::View view = scheduler_.view();
  Queue out{view.frozen, {}};
  std::map<ModelId, Loading> loads;
  for (const scheduler::ModelView& model : view.models) {
    if (auto load = loading(model)) loads.emplace(model.id, std::move(*load));
  }
  for (scheduler::Waiting& waiting : scheduler_.queue(now)) {
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting.since);
    const auto load = loads.find(waiting.model);
    out.waiting.push_back({waiting.ticket, std::move(waiting.model), age, std::move(waiting.blocked_by), {}});
    if (load != loads.end()) out.waiting.back().loading = load->second;
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
