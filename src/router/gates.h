// Gates: the gate of each model, found without a lock on any thread.
//
// Gates only ever come: a lease may hold one of a model that has been removed from the configuration since,
// and that may come back. So there are as many as models were ever named. find() is thread-safe; the rest is
// for the control thread.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gate.h"
#include "paddock/base/ids.h"

namespace paddock::router {

class Gates {
 public:
  Gates();

  // Null if the model was never named.
  Gate* find(const ModelId& model) const {
    const Map& map = *current_.load(std::memory_order_acquire);
    const auto it = map.find(model);
    return it == map.end() ? nullptr : it->second;
  }

  // For those that have none yet. `on_last_left` is told the model, on the thread of the last lease.
  void add(const std::vector<ModelId>& models, const std::function<void(const ModelId&)>& on_last_left);
  Gate& at(const ModelId& model) { return *find(model); }
  const Gate& at(const ModelId& model) const { return *find(model); }

  using Map = std::unordered_map<ModelId, Gate*>;
  const Map& all() const { return *current_.load(std::memory_order_relaxed); }

 private:
  void publish(Map map);

  std::deque<Gate> gates_;
  // A thread may still look into an older one; each is larger than the one before, so they are few.
  std::vector<std::unique_ptr<const Map>> maps_;
  std::atomic<const Map*> current_;
};

}  // namespace paddock::router
