// The Router's body: what happens becomes events, what the scheduler orders becomes deeds. router.cpp holds
// its life and the calls from outside, news.cpp what launches tell, stalls.cpp those that serve no more,
// shutdown.cpp the end, views.cpp what people see.
// All but the atomic and the gates' own ways in and out belongs to the control thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "effect_runner.h"
#include "event_loop.h"
#include "gates.h"
#include "launches.h"
#include "paddock/process/ports.h"
#include "paddock/process/supervisor.h"
#include "paddock/router/router.h"
#include "paddock/scheduler/scheduler.h"
#include "tickets.h"
#include "timers.h"

namespace paddock::router {

class Router::Impl final : public process::Listener {
 public:
  // What posted work holds instead of the Impl, which may be gone when it runs.
  struct Anchor {
    Impl* impl;
  };

  Impl(Router& router, boost::asio::io_context& control, Options options);
  ~Impl() override;

  // Runs `work(impl)` on the control thread, or nothing if the router is gone by then.
  template <class Work>
  void post(Work work) {
    boost::asio::post(control_, [anchor = anchor_, work = std::move(work)]() mutable {
      if (anchor->impl) work(*anchor->impl);
    });
  }

  void acquire(TicketId ticket, ModelId model, std::shared_ptr<Waiter> waiter, Use use);
  Sight sight(const ModelId& model);
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
  Status overview() const;
  std::uint64_t changes() const { return loop_.events() + news_.load(std::memory_order_relaxed); }
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

  // Thread-safe.
  ModelState state(const ModelId& model) const {
    const Gate* gate = gates_.find(model);
    return gate ? gate->state() : ModelState::kStopped;
  }

  TicketId next_ticket() { return {last_ticket_.fetch_add(1, std::memory_order_relaxed) + 1}; }
  boost::asio::io_context& control() { return control_; }
  std::shared_ptr<Anchor> anchor() const { return anchor_; }

  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override;
  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override;
  void failed(const ModelId& model, Generation generation, const process::StartFailure& failure) override;
  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override;
  void ended(const ModelId& model, Generation generation, const process::Ending& ending) override;
  void broken(const ModelId& model, Generation generation, const process::Breakage& breakage) override;
  void noted(const ModelId& model, Generation generation, const std::string& sentence) override;

 private:
  std::optional<Loading> loading(const scheduler::ModelView& model) const;
  ModelStatus model_status(const scheduler::View& view, const scheduler::ModelView& model) const;
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
  scheduler::Backoff back_off(const Launch* launch, const process::Ending& ending) const;
  void cut_elsewhere(Generation generation, const process::Ending& ending);
  bool may_have_another_port(const ModelId& model, process::FailureClass kind);
  void watch_for_stalls(Launch& launch);
  void arm_stall_timer(Duration period);
  void look_for_stalls();
  void stalled(const Launch& launch, Duration time);
  void restart_broken(const ModelId& model, Generation generation, Breakage breakage,
                      process::FailureClass kind, const char* why);

  boost::asio::io_context& control_;
  Options options_;
  std::shared_ptr<Anchor> anchor_;
  std::atomic<std::uint64_t> last_ticket_{0};
  std::atomic<std::uint64_t> news_{0};  // that are no events

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
  std::set<ModelId> on_another_port_;                    // since their last start that did not fail
  std::unique_ptr<process::Launcher> launcher_;          // last: dies first and then calls nobody
};

}  // namespace paddock::router
