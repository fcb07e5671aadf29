#include "paddock/scheduler/scheduler.h"

#include <utility>

#include "core.h"

namespace paddock::scheduler {

Scheduler::Scheduler(Options options, std::shared_ptr<const EvictionPolicy> policy)
    : core_(std::make_unique<Core>(std::move(options), std::move(policy))) {}

Scheduler::~Scheduler() = default;

std::vector<Effect> Scheduler::on(const Event& event, TimePoint now) { return core_->on(event, now); }

View Scheduler::view() const { return core_->view(); }

std::vector<Waiting> Scheduler::queue(TimePoint now) const { return core_->queue(now); }

std::optional<Plan> Scheduler::plan(const ModelId& model, const std::vector<LentUse>& lent,
                                    TimePoint now) const {
  return core_->plan(model, lent, now);
}

std::optional<Plan> Scheduler::plan_beside(const ModelId& model, const std::vector<ModelId>& running) const {
  return core_->plan_beside(model, running);
}

}  // namespace paddock::scheduler
