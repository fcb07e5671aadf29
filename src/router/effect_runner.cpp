#include "effect_runner.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "errors.h"

namespace paddock::router {

void EffectRunner::use(const std::vector<ModelOptions>& models) {
  options_.clear();
  for (const ModelOptions& model : models) options_.emplace(model.id, &model);
}

void EffectRunner::perform(const scheduler::Effect& effect) {
  std::visit([this](const auto& e) { perform_one(e); }, effect);
}

void EffectRunner::perform_one(const scheduler::Grant& effect) {
  const Launch* launch = parts_.launches.find(effect.generation);
  // Its death reports RequestFinished, also if nobody takes it.
  Lease lease(&parts_.router, effect.ticket, launch ? launch->upstream : nullptr);
  const std::shared_ptr<Waiter> waiter = parts_.tickets.take(effect.ticket);
  if (!waiter) return;
  if (lease) return waiter->granted(std::move(lease));
  // The launch ended while its end is still queued behind this grant.
  const auto reason = scheduler::RejectReason::kStartFailed;
  waiter->rejected(route_error(reason, effect.model, effect.generation, parts_.launches));
}

void EffectRunner::perform_one(const scheduler::Reject& effect) {
  const std::shared_ptr<Waiter> waiter = parts_.tickets.take(effect.ticket);
  if (!waiter) return;
  waiter->rejected(
      route_error(effect.reason, effect.model, effect.generation, parts_.launches, effect.pins, effect.held));
}

void EffectRunner::perform_one(const scheduler::StartProcess& effect) {
  if (parts_.told.starting) parts_.told.starting(effect.model, effect.reason);
  const ModelOptions& options = *options_.at(effect.model);
  int port = 0;
  if (options.uses_port) {
    const std::optional<int> taken = take_port(effect.model);
    if (!taken) return no_port(effect, options);
    port = *taken;
  }
  process::SpawnSpec spec = options.bind(port);
  const Launch& launch = parts_.launches.begin(spec, effect.generation, effect.reason);
  parts_.gates.at(effect.model).set_state(ModelState::kStarting);
  spdlog::info("starting model {} on port {} ({})", effect.model.str(), launch.status.port, effect.reason);
  launcher_->start(std::move(spec), effect.generation);
}

std::optional<int> EffectRunner::take_port(const ModelId& model) {
  const int usual = parts_.ports.usual(model);
  const std::optional<int> taken = parts_.ports.take(model);
  if (taken && *taken != usual) {
    spdlog::info("port {} is in use by {}: model {} gets port {}", usual, process::port_user(usual),
                 model.str(), *taken);
  }
  return taken;
}

bool EffectRunner::give_another_port(const ModelId& model) {
  const auto it = options_.find(model);
  if (it == options_.end() || !it->second->uses_port) return false;
  parts_.ports.pass_over(model);
  return true;
}

// A start that cannot even be tried fails like any other.
void EffectRunner::no_port(const scheduler::StartProcess& effect, const ModelOptions& options) {
  process::SpawnSpec spec;
  spec.model = options.id;
  parts_.launches.begin(spec, effect.generation, effect.reason);
  process::StartFailure failure;
  failure.kind = process::FailureClass::kPortTaken;
  failure.message = "no free port is left";
  parts_.listener.failed(effect.model, effect.generation, failure);
  parts_.listener.exited(effect.model, effect.generation, {});
}

void EffectRunner::perform_one(const scheduler::StopProcess& effect) {
  parts_.gates.at(effect.model).set_state(ModelState::kStopping);
  spdlog::info("stopping model {} ({})", effect.model.str(), effect.reason);
  const Launch* launch = parts_.launches.find(effect.generation);
  const bool has_drained =
      launch && launch->upstream && !launch->upstream->revoked() && !launch->has_failed();
  const bool first = parts_.launches.stop_ordered(effect.generation, effect.reason);
  if (first && parts_.told.stopping) parts_.told.stopping(effect.model, effect.reason);
  if (first && has_drained) return launcher_->retire(effect.generation, effect.grace);
  launcher_->stop(effect.generation, effect.grace);
}

void EffectRunner::perform_one(const scheduler::Revoke& effect) {
  Launch* launch = parts_.launches.find(effect.generation);
  if (launch && launch->upstream) launch->upstream->revoke();
}

void EffectRunner::perform_one(const scheduler::OpenGate& effect) {
  Launch* launch = parts_.launches.find(effect.generation);
  // A launch that has just ended has no upstream; the gate then stays shut until its exit is dealt with.
  if (launch && launch->upstream) parts_.gates.at(effect.model).open(launch->upstream);
}

void EffectRunner::perform_one(const scheduler::CloseGate& effect) {
  Gate& gate = parts_.gates.at(effect.model);
  if (!gate.close()) return parts_.loop.push(scheduler::GateInUse{effect.model, effect.generation});
  gate.forget();
  parts_.loop.push(scheduler::GateClosed{effect.model, effect.generation, gate.idle_since()});
}

void EffectRunner::perform_one(const scheduler::Prefetch& effect) {
  if (!parts_.prefetch.begin) return;
  const ModelOptions& options = *options_.at(effect.model);
  parts_.prefetch.begin(options.bind(options.uses_port ? parts_.ports.usual(effect.model) : 0));
}

void EffectRunner::perform_one(const scheduler::EndPrefetch& effect) {
  if (parts_.prefetch.end) parts_.prefetch.end(effect.model);
}

void EffectRunner::perform_one(const scheduler::ArmTimer& effect) {
  parts_.timers.arm(effect.timer, effect.at);
}

void EffectRunner::perform_one(const scheduler::CancelTimer& effect) { parts_.timers.cancel(effect.timer); }

void EffectRunner::perform_one(const scheduler::OperationDone& effect) {
  const Operations::Operation operation = parts_.operations.take(effect.op);
  if (!operation.done) return;
  Outcome outcome;
  if (effect.error) {
    outcome.error =
        route_error(*effect.error, operation.model, effect.generation, parts_.launches, effect.pins);
  }
  operation.done(std::move(outcome));
}

void EffectRunner::perform_one(const scheduler::Note& effect) { spdlog::debug("{}", effect.text); }

}  // namespace paddock::router
