#include "paddock/router/router.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "brake.h"
#include "effect_runner.h"
#include "errors.h"
#include "event_loop.h"
#include "launches.h"
#include "paddock/base/text.h"
#include "paddock/process/ports.h"
#include "paddock/process/supervisor.h"
#include "paddock/scheduler/scheduler.h"
#include "shutdown_plan.h"
#include "tickets.h"
#include "timers.h"

namespace paddock::router {

namespace asio = boost::asio;

namespace {

// What a hurried shutdown leaves a model between the stop signal and the kill.
constexpr Duration kHurriedGrace = std::chrono::seconds(1);

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

// All but the atomic and the gates' own ways in and out belongs to the control thread.
class Router::Impl final : public process::Listener {
 public:
  // What posted work holds instead of the Impl, which may be gone when it runs.
  struct Anchor {
    Impl* impl;
  };

  Impl(Router& router, asio::io_context& control, Options options);
  ~Impl() override;

  // Runs `work(impl)` on the control thread, or nothing if the router is gone by then.
  template <class Work>
  void post(Work work) {
    asio::post(control_, [anchor = anchor_, work = std::move(work)]() mutable {
      if (anchor->impl) work(*anchor->impl);
    });
  }

  void acquire(TicketId ticket, ModelId model, std::shared_ptr<Waiter> waiter, Use use);
  void cancel(TicketId ticket);
  void unload(std::vector<ModelId> models, UnloadMode mode, OutcomeHandler done);
  template <class Request>
  void operate(ModelId model, OutcomeHandler done) {
    const OpId op = operations_.add(model, std::move(done));
    loop_.push(Request{op, std::move(model)});
  }
  template <class Request>
  void ask(OutcomeHandler done) {
    loop_.push(Request{operations_.add({}, std::move(done))});
  }
  Status status() const;
  Queue queue() const;
  std::optional<Plan> plan(const ModelId& model, const std::optional<std::vector<ModelId>>& running) const;
  void change_models(Options options);
  void shutdown(Duration grace, std::function<void()> done);
  void push(scheduler::Event event) { loop_.push(std::move(event)); }

  // Thread-safe.
  Lease try_acquire(const ModelId& model) {
    Gate* gate = gates_.find(model);
    if (!gate) return {};
    std::shared_ptr<Upstream> upstream = gate->enter();
    return upstream ? Lease(gate, std::move(upstream)) : Lease();
  }

  TicketId next_ticket() { return {last_ticket_.fetch_add(1, std::memory_order_relaxed) + 1}; }
  asio::io_context& control() { return control_; }
  std::shared_ptr<Anchor> anchor() const { return anchor_; }

  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override;
  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override;
  void failed(const ModelId& model, Generation generation, const process::StartFailure& failure) override;
  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override;
  void broken(const ModelId& model, Generation generation, const process::Breakage& breakage) override;
  void noted(const ModelId& model, Generation generation, const std::string& sentence) override;

 private:
  void begin_models();
  void reserve_ports();
  std::vector<scheduler::LentUse> lent_uses() const;
  void gate_emptied(const ModelId& model);
  struct Busy {
    int requests = 0;
    Duration longest_unload{0};  // of the models that they run on
  };
  Busy busy_models() const;
  void cut(std::optional<Duration> grace);
  void watch_for_stalls(Launch& launch);
  void arm_stall_timer(Duration period);
  void look_for_stalls();
  void stalled(const Launch& launch, Duration time);
  void restart_broken(const ModelId& model, Generation generation, Breakage breakage,
                      process::FailureClass kind, const char* why);

  asio::io_context& control_;
  Options options_;
  std::shared_ptr<Anchor> anchor_;
  std::atomic<std::uint64_t> last_ticket_{0};

  scheduler::Scheduler scheduler_;
  process::Ports ports_;
  Launches launches_;
  Tickets tickets_;
  Operations operations_;
  EventLoop loop_;
  Timers timers_;
  Gates gates_;
  EffectRunner runner_;
  Timers shutdown_timer_;
  Timers stall_timer_;
  bool stall_timer_armed_ = false;
  TimePoint cut_at_ = TimePoint::max();
  std::unordered_map<ModelId, Duration> unload_graces_;  // also of those that were removed
  std::set<ModelId> with_outsiders_;                     // whose logs tell of it already
  std::unique_ptr<process::Launcher> launcher_;          // last: dies first and then calls nobody
};

Router::Impl::Impl(Router& router, asio::io_context& control, Options options)
    : control_(control),
      options_(with_defaults(std::move(options))),
      anchor_(std::make_shared<Anchor>(Anchor{this})),
      scheduler_(scheduler_options(options_), policy_of(options_)),
      ports_(options_.start_port),
      launches_(options_.kept_launches),
      loop_(scheduler_, [this](const scheduler::Effect& effect) { runner_.perform(effect); }),
      timers_(control, [this](scheduler::TimerId timer) { loop_.push(scheduler::TimerFired{timer}); }),
      runner_({router, options_.prefetch, ports_, launches_, tickets_, operations_, timers_, loop_, gates_,
               *this}),
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
  const auto known = [this](const ModelId& id) {
    return std::any_of(options_.models.begin(), options_.models.end(),
                       [&id](const ModelOptions& model) { return model.id == id; });
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
    out.waiting.push_back({std::move(waiting.model), age, std::move(waiting.blocked_by)});
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

void Router::Impl::spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) {
  spdlog::debug("model {} runs as process {}", model.str(), pid);
  launches_.spawned(generation, pid, std::move(pidfd));
}

void Router::Impl::ready(const ModelId& model, Generation generation, const process::Ready& ready) {
  launches_.ready(generation, ready);
  if (Launch* launch = launches_.find(generation)) {
    spdlog::info("model {} ready after {} ms", model.str(), launch->age().count());
    watch_for_stalls(*launch);
  }
  if (!ready.outsider.empty() && with_outsiders_.insert(model).second) {
    spdlog::info("port {} of model {} is listened on by {}, which is none of the processes started for it",
                 ready.port, model.str(), ready.outsider);
  }
  loop_.push(scheduler::ProcessReady{model, generation});
}

void Router::Impl::failed(const ModelId& model, Generation generation, const process::StartFailure& failure) {
  launches_.failed(generation, failure);
  spdlog::warn("model {} failed to start: {} ({})", model.str(), failure.message,
               process::class_name(failure.kind));
  loop_.push(scheduler::ProcessFailed{model, generation, failure.message, options_.back_off(failure.kind)});
}

void Router::Impl::exited(const ModelId& model, Generation generation, const process::Ending& ending) {
  const std::string text = process::describe(ending.status);
  const std::shared_ptr<const Launch> launch = launches_.exited(generation, ending);
  if (launch && !launch->stop_ordered && launch->was_ready()) {
    spdlog::warn("model {} crashed after {} s: {} ({})", model.str(), launch->age().count() / 1000,
                 ending.message, process::class_name(ending.kind));
  } else {
    spdlog::info("model {} exited: {}", model.str(), text);
  }
  const bool served = launch && launch->has_served;
  const scheduler::Backoff backoff = served ? scheduler::Backoff{} : options_.back_off(ending.kind);
  loop_.push(scheduler::ProcessExited{model, generation, text, backoff});
}

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

void Router::Impl::noted(const ModelId&, Generation, const std::string& sentence) {
  spdlog::warn("{}", sentence);
}

Router::Router(asio::io_context& control, Options options)
    : impl_(std::make_unique<Impl>(*this, control, std::move(options))) {}

Router::~Router() = default;

Lease Router::try_acquire(const ModelId& model) { return impl_->try_acquire(model); }

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
