// Ours: the scheduler itself.
#include "bench/sched_sim/rule.h"
#include "paddock/scheduler/scheduler.h"

namespace paddock::sched_sim {
namespace {

class Ours final : public Rule {
 public:
  Ours(const Trace& trace, Duration max_wait) : scheduler_(options(trace, max_wait), trace.policy) {}

  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) override {
    return scheduler_.on(event, now);
  }

 private:
  static scheduler::Options options(const Trace& trace, Duration max_wait) {
    scheduler::Options out;
    for (const Model& model : trace.models) {
      out.models.emplace_back();
      out.models.back().id = model.id;
    }
    out.max_wait = max_wait;
    return out;
  }

  scheduler::Scheduler scheduler_;
};

}  // namespace

std::unique_ptr<Rule> ours(const Trace& trace, Duration max_wait) {
  return std::make_unique<Ours>(trace, max_wait);
}

}  // namespace paddock::sched_sim
