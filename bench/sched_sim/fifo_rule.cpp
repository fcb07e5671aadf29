// Plain first in, first out.
#include <algorithm>
#include <deque>

#include "bench/sched_sim/books.h"
#include "bench/sched_sim/rule.h"

namespace paddock::sched_sim {
namespace {

using scheduler::State;

class Fifo final : public Rule {
 public:
  explicit Fifo(const Trace& trace) : books_(trace), policy_(trace.policy) {}

  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) override {
    books_.note(event, now);
    if (const auto* arrived = std::get_if<scheduler::RequestArrived>(&event))
      line_.push_back({arrived->ticket, arrived->model});
    while (!line_.empty() && books_.state(line_.front().model) == State::kReady) {
      books_.grant(line_.front());
      line_.pop_front();
    }
    if (!line_.empty() && books_.state(line_.front().model) == State::kStopped) load(line_.front().model);
    return books_.take_orders();
  }

 private:
  // Or a step towards it.
  void load(const ModelId& model) {
    const std::vector<ModelId> evict = policy_->evictions(model, books_.alive_by_use());
    if (evict.empty()) return books_.start(model);
    const auto may_go = [&](const ModelId& id) {
      return books_.state(id) == State::kReady && books_.in_flight(id) == 0;
    };
    if (!std::all_of(evict.begin(), evict.end(), may_go)) return;
    for (const ModelId& id : evict) books_.stop(id);
  }

  Books books_;
  std::shared_ptr<const scheduler::EvictionPolicy> policy_;
  std::deque<Waiter> line_;
};

}  // namespace

std::unique_ptr<Rule> fifo(const Trace& trace) { return std::make_unique<Fifo>(trace); }

}  // namespace paddock::sched_sim
