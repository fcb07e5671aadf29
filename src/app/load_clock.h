// LoadClock tells how long launches took to be ready; everything passes as it comes. Control thread; the
// listener outlives it.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "paddock/base/clock.h"
#include "paddock/process/passing_listener.h"

namespace paddock::app {

class LoadClock final : public process::PassingListener {
 public:
  using Loaded = std::function<void(Generation, Duration)>;

  LoadClock(process::Listener& listener, Loaded loaded)
      : PassingListener(listener), loaded_(std::move(loaded)) {}

  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override {
    begun_[generation] = steady_now();
    PassingListener::spawned(model, generation, pid, std::move(pidfd));
  }
  void ready(const ModelId& model, Generation generation, const process::Ready& ready) override {
    const auto begun = begun_.find(generation);
    if (begun != begun_.end()) loaded_(generation, steady_now() - begun->second);
    begun_.erase(generation);
    PassingListener::ready(model, generation, ready);
  }
  void failed(const ModelId& model, Generation generation, const process::StartFailure& failure) override {
    begun_.erase(generation);
    PassingListener::failed(model, generation, failure);
  }
  void exited(const ModelId& model, Generation generation, const process::Ending& ending) override {
    begun_.erase(generation);
    PassingListener::exited(model, generation, ending);
  }

 private:
  const Loaded loaded_;
  std::map<Generation, TimePoint> begun_;
};

}  // namespace paddock::app
