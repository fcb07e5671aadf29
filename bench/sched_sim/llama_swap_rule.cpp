// llama-swap's rule as it is known from outside.
#include <algorithm>
#include <list>
#include <map>

#include "bench/sched_sim/books.h"
#include "bench/sched_sim/rule.h"

namespace paddock::sched_sim {
namespace {

using scheduler::State;

bool contains(const std::vector<ModelId>& ids, const ModelId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

class LlamaSwap final : public Rule {
 public:
  LlamaSwap(const Trace& trace, Victims victims) : books_(trace), policy_(trace.policy), victims_(victims) {}

  std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) override {
    books_.note(event, now);
    if (const auto* arrived = std::get_if<scheduler::RequestArrived>(&event)) {
      const Waiter waiter{arrived->ticket, arrived->model};
      if (!settle(waiter)) queue_.push_back(waiter);
    } else if (const auto* finished = std::get_if<scheduler::RequestFinished>(&event)) {
      if (books_.in_flight(books_.model_of(finished->ticket)) == 0) drain();
    } else if (const auto* ready = std::get_if<scheduler::ProcessReady>(&event)) {
      swap_done(ready->model);
    } else if (std::holds_alternative<scheduler::ProcessExited>(event)) {
      start_targets();
    }
    return books_.take_orders();
  }

 private:
  struct Swap {
    std::vector<ModelId> evict;
    std::vector<Waiter> waiters;
  };

  // False: it has to queue.
  bool settle(const Waiter& waiter) {
    if (const auto swap = swaps_.find(waiter.model); swap != swaps_.end()) {
      swap->second.waiters.push_back(waiter);
      return true;
    }
    std::vector<ModelId> evict = policy_->evictions(waiter.model, running_for(waiter.model));
    if (books_.state(waiter.model) == State::kReady && evict.empty() && !is_victim(waiter.model)) {
      books_.grant(waiter);
      return true;
    }
    if (collides(waiter.model, evict)) return false;
    for (const ModelId& id : evict) {
      if (books_.in_flight(id) > 0) return false;
    }
    for (const ModelId& id : evict) books_.stop(id);
    swaps_[waiter.model] = {std::move(evict), {waiter}};
    start_targets();
    return true;
  }

  std::vector<ModelId> running_for(const ModelId& model) const {
    std::vector<ModelId> out = victims_ == Victims::kByName ? books_.alive() : books_.alive_by_use();
    for (const auto& [target, swap] : swaps_) {
      if (target != model && !contains(out, target)) out.push_back(target);
    }
    if (victims_ == Victims::kByName) std::sort(out.begin(), out.end());
    return out;
  }

  bool is_victim(const ModelId& model) const {
    return std::any_of(swaps_.begin(), swaps_.end(),
                       [&](const auto& entry) { return contains(entry.second.evict, model); });
  }

  bool collides(const ModelId& model, const std::vector<ModelId>& evict) const {
    return is_victim(model) || std::any_of(evict.begin(), evict.end(), [this](const ModelId& id) {
             return swaps_.count(id) > 0 || is_victim(id);
           });
  }

  void start_targets() {
    for (const auto& [target, swap] : swaps_) {
      const bool gone = std::all_of(swap.evict.begin(), swap.evict.end(), [this](const ModelId& id) {
        return books_.state(id) == State::kStopped;
      });
      if (gone && books_.state(target) == State::kStopped) books_.start(target);
    }
  }

  void swap_done(const ModelId& model) {
    const Swap done = std::move(swaps_.at(model));
    swaps_.erase(model);
    for (const Waiter& waiter : done.waiters) books_.grant(waiter);
    drain();
  }

  void drain() {
    queue_.remove_if([this](const Waiter& waiter) { return settle(waiter); });
  }

  Books books_;
  std::shared_ptr<const scheduler::EvictionPolicy> policy_;
  const Victims victims_;
  std::map<ModelId, Swap> swaps_;  // under way, by target
  std::list<Waiter> queue_;
};

}  // namespace

std::unique_ptr<Rule> llama_swap(const Trace& trace, Victims victims) {
  return std::make_unique<LlamaSwap>(trace, victims);
}

}  // namespace paddock::sched_sim
