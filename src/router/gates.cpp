#include "gates.h"

#include <utility>

namespace paddock::router {

Gates::Gates() { publish({}); }

void Gates::add(const std::vector<ModelId>& models, const std::function<void(const ModelId&)>& on_last_left) {
  Map map = all();
  for (const ModelId& model : models) {
    if (map.contains(model)) continue;
    map.emplace(model, &gates_.emplace_back([on_last_left, model] { on_last_left(model); }));
  }
  if (map.size() > all().size()) publish(std::move(map));
}

void Gates::publish(Map map) {
  maps_.push_back(std::make_unique<const Map>(std::move(map)));
  current_.store(maps_.back().get(), std::memory_order_release);
}

}  // namespace paddock::router
