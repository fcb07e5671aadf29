// Ours: the scheduler itself.
#include "bench/sched_sim/rule.h"
#include "paddock/scheduler/scheduler.h"

namespace paddock::sched_sim {
namespace {

class Ours final : public Rule {
 public:
  Ours(const Trace& trace, Duration max_wait, Duration min_residency)
      : scheduler_(options(trace, max_wait, min_residency), trace.policy) {}

  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) override {
    return scheduler_.on(event, now);
  }

 private:
  static scheduler::Options options(const Trace& trace, Duration max_wait, Duration min_residency) {
    scheduler::Options out;
    for (const Model& model : trace.models) {
      out.models.emplace_back();
      out.models.back().id = model.id;
    }
    out.max_wait = max_wait;
    out.min_residency = min_residency;
    return out;
  }

  scheduler::Scheduler scheduler_;
};

}  // namespace

std::unique_ptr<Rule> ours(const Trace& trace, Duration max_wait, Duration min_residency) {
  return std::make_unique<Ours>(trace, max_wait, min_residency);
}

}  // namespace paddock::sched_sim
