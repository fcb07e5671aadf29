#include "paddock/router/router.h"

#include <algorithm>
#include <utility>

#include "brake.h"
#include "errors.h"
#include "impl.h"

namespace paddock::router {

namespace asio = boost::asio;

namespace {

Options with_defaults(Options options) {
  if (!options.back_off) options.back_off = back_off;
  return options;
}

std::shared_ptr<const scheduler::EvictionPolicy> policy_of(const Options& options) {
  if (options.policy) return options.policy;
  return std::make_shared<const scheduler::ExclusivePolicy>();
}

scheduler::Options scheduler_options(const Options& options) {
  scheduler::Options out;
  out.gates = true;
  out.max_wait = options.max_wait;
  out.min_residency = options.min_residency;
  for (const ModelOptions& model : options.models) {
    out.models.push_back({model.id, model.ttl, model.unload_grace, model.priority, model.concurrency_limit,
                          model.queue_limit, model.pinned, model.launch});
  }
  return out;
}

scheduler::Use scheduler_use(Use use) {
  switch (use) {
    case Use::kLook:
      return scheduler::Use::kLook;
    case Use::kGlance:
      return scheduler::Use::kGlance;
    case Use::kWork:
      break;
  }
  return scheduler::Use::kWork;
}

}  // namespace

Router::Impl::Impl(Router& router, asio::io_context& control, Options options)
    : control_(control),
      options_(with_defaults(std::move(options))),
      anchor_(std::make_shared<Anchor>(Anchor{this})),
      scheduler_(scheduler_options(options_), policy_of(options_)),
      ports_(options_.start_port),
      launches_(options_.kept_launches),
      loop_(scheduler_, [this](const scheduler::Effect& effect) { runner_.perform(effect); }),
      timers_(control, [this](scheduler::TimerId timer) { loop_.push(scheduler::TimerFired{timer}); }),
      runner_({router, options_.prefetch, options_.launches, ports_, launches_, tickets_, operations_,
               timers_, loop_, gates_, *this}),
      shutdown_timer_(control, [this](scheduler::TimerId) { cut(std::nullopt); }),
      stall_timer_(control, [this](scheduler::TimerId) { look_for_stalls(); }) {
  begin_models();
  launcher_ = options_.make_launcher(*this);
  runner_.set_launcher(*launcher_);
}

Router::Impl::~Impl() {
  anchor_->impl = nullptr;
  tickets_.reject_all(route_error(scheduler::RejectReason::kShuttingDown, {}, {}, launches_));
}

// What every model needs before the scheduler may name it.
void Router::Impl::begin_models() {
  std::vector<ModelId> ids;
  for (const ModelOptions& model : options_.models) {
    ids.push_back(model.id);
    unload_graces_[model.id] = model.unload_grace;
  }
  gates_.add(ids, [this](const ModelId& id) { post([id](Impl& impl) { impl.gate_emptied(id); }); });
  runner_.use(options_.models);
  reserve_ports();
}

void Router::Impl::reserve_ports() {
  std::vector<ModelId> models;
  for (const ModelOptions& model : options_.models) {
    if (model.uses_port) models.push_back(model.id);
  }
  std::sort(models.begin(), models.end());
  for (const ModelId& model : models) ports_.reserve(model);
}

void Router::Impl::change_models(Options options) {
  options_.models = std::move(options.models);
  options_.policy = std::move(options.policy);
  options_.max_wait = options.max_wait;
  options_.min_residency = options.min_residency;
  begin_models();
  loop_.push(scheduler::ModelsChanged{scheduler_options(options_), policy_of(options_)});
}

void Router::Impl::gate_emptied(const ModelId& model) {
  Gate& gate = gates_.at(model);
  const Generation generation = gate.generation();
  gate.forget();  // the launch may have died, and its descriptor with it
  loop_.push(scheduler::GateClosed{model, generation, gate.idle_since()});
}

void Router::Impl::acquire(TicketId ticket, ModelId model, std::shared_ptr<Waiter> waiter, Use use) {
  tickets_.add(ticket, std::move(waiter));
  loop_.push(scheduler::RequestArrived{ticket, std::move(model), scheduler_use(use)});
}

void Router::Impl::cancel(TicketId ticket) {
  if (tickets_.waits(ticket)) loop_.push(scheduler::RequestCancelled{ticket});
}

void Router::Impl::unload(std::vector<ModelId> models, UnloadMode mode, OutcomeHandler done) {
  // Also those that were removed and still run.
  const scheduler::View view = scheduler_.view();
  const auto known = [&view](const ModelId& id) {
    return std::any_of(view.models.begin(), view.models.end(),
                       [&id](const scheduler::ModelView& model) { return model.id == id; });
  };
  const auto unknown = std::find_if_not(models.begin(), models.end(), known);
  if (unknown != models.end()) {
    Outcome outcome;
    outcome.error = route_error(scheduler::RejectReason::kUnknownModel, *unknown, {}, launches_);
    return done(std::move(outcome));
  }
  const OpId op = operations_.add({}, std::move(done));
  loop_.push(scheduler::UnloadRequested{
      op, std::move(models),
      mode == UnloadMode::kNow ? scheduler::UnloadMode::kNow : scheduler::UnloadMode::kDrain});
}

Router::Router(asio::io_context& control, Options options)
    : impl_(std::make_unique<Impl>(*this, control, std::move(options))) {}

Router::~Router() = default;

Lease Router::try_acquire(const ModelId& model) { return impl_->try_acquire(model); }

ModelState Router::state(const ModelId& model) const { return impl_->state(model); }

TicketId Router::acquire(const ModelId& model, std::shared_ptr<Waiter> waiter, Use use) {
  const TicketId ticket = impl_->next_ticket();
  auto work = [anchor = impl_->anchor(), ticket, model = ModelId(model), waiter = std::move(waiter),
               use]() mutable {
    if (anchor->impl) return anchor->impl->acquire(ticket, std::move(model), std::move(waiter), use);
    waiter->rejected({RejectCode::kShuttingDown, "paddock is shutting down", {}});
  };
  asio::post(impl_->control(), std::move(work));
  return ticket;
}

void Router::sight(const ModelId& model, std::function<void(Sight)> handler) {
  auto work = [anchor = impl_->anchor(), model = ModelId(model), handler = std::move(handler)] {
    if (anchor->impl) return handler(anchor->impl->sight(model));
    handler(RouteError{RejectCode::kShuttingDown, "paddock is shutting down", {}});
  };
  asio::post(impl_->control(), std::move(work));
}

void Router::cancel(TicketId ticket) {
  impl_->post([ticket](Impl& impl) { impl.cancel(ticket); });
}

void Router::finished(TicketId ticket) {
  impl_->post([ticket](Impl& impl) { impl.push(scheduler::RequestFinished{ticket}); });
}

void Router::load(const ModelId& model, OutcomeHandler done) {
  impl_->post([model = ModelId(model), done = std::move(done)](Impl& impl) mutable {
    impl.operate<scheduler::LoadRequested>(std::move(model), std::move(done));
  });
}

void Router::unload(std::vector<ModelId> models, UnloadMode mode, OutcomeHandler done) {
  impl_->post([models = std::move(models), mode, done = std::move(done)](Impl& impl) mutable {
    impl.unload(std::move(models), mode, std::move(done));
  });
}

void Router::restart(const ModelId& model, OutcomeHandler done) {
  impl_->post([model = ModelId(model), done = std::move(done)](Impl& impl) mutable {
    impl.operate<scheduler::RestartRequested>(std::move(model), std::move(done));
  });
}

void Router::cancel_load(const ModelId& model, OutcomeHandler done) {
  impl_->post([model = ModelId(model), done = std::move(done)](Impl& impl) mutable {
    impl.operate<scheduler::LoadCancelled>(std::move(model), std::move(done));
  });
}

void Router::keep_alive(const ModelId& model, Duration ttl) {
  impl_->post([model = ModelId(model), ttl](Impl& impl) { impl.push(scheduler::KeepAliveSet{model, ttl}); });
}

void Router::freeze(OutcomeHandler done) {
  impl_->post([done = std::move(done)](Impl& impl) mutable {
    impl.ask<scheduler::FreezeRequested>(std::move(done));
  });
}

void Router::thaw(OutcomeHandler done) {
  impl_->post(
      [done = std::move(done)](Impl& impl) mutable { impl.ask<scheduler::ThawRequested>(std::move(done)); });
}

void Router::queue(std::function<void(Queue)> handler) {
  impl_->post([handler = std::move(handler)](Impl& impl) { handler(impl.queue()); });
}

void Router::plan(const ModelId& model, std::optional<std::vector<ModelId>> running,
                  std::function<void(std::optional<Plan>)> handler) {
  impl_->post([model = ModelId(model), running = std::move(running),
               handler = std::move(handler)](Impl& impl) { handler(impl.plan(model, running)); });
}

void Router::status(std::function<void(Status)> handler) {
  impl_->post([handler = std::move(handler)](Impl& impl) { handler(impl.status()); });
}

void Router::overview(std::function<void(Status)> handler) {
  impl_->post([handler = std::move(handler)](Impl& impl) { handler(impl.overview()); });
}

std::uint64_t Router::changes() const { return impl_->changes(); }

void Router::change_models(Options options, std::function<void()> done) {
  impl_->post([options = std::move(options), done = std::move(done)](Impl& impl) mutable {
    impl.change_models(std::move(options));
    if (done) done();
  });
}

void Router::shutdown(Duration budget, std::function<void()> done) {
  impl_->post(
      [budget, done = std::move(done)](Impl& impl) mutable { impl.shutdown(budget, std::move(done)); });
}

}  // namespace paddock::router
