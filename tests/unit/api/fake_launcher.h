// FakeLauncher stands for process::Supervisor: a started model is at once spawned and, unless told otherwise,
// ready; a stopped one exits at once. What it was told is kept. Everything it reports is posted, as the face
// demands.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paddock/process/supervisor.h"

namespace paddock::api {

// Survives the launcher, which the Router owns.
struct LaunchScript {
  bool becomes_ready = true;
  std::optional<process::StartFailure> fails_with;
  std::vector<std::string> started;  // models
  int stops = 0;
};

class FakeLauncher final : public process::Launcher {
 public:
  FakeLauncher(boost::asio::io_context& io, process::Listener& listener, LaunchScript& script)
      : io_(io), listener_(listener), script_(script) {}

  void start(process::SpawnSpec spec, Generation generation) override {
    script_.started.push_back(spec.model.str());
    models_[generation] = spec.model;
    boost::asio::post(io_, [this, model = spec.model, generation, port = spec.endpoint.port] {
      if (script_.fails_with) {
        listener_.failed(model, generation, *script_.fails_with);
        listener_.exited(model, generation, {script_.fails_with->exit});
        return;
      }
      listener_.spawned(model, generation, 4711, UniqueFd());
      if (script_.becomes_ready) listener_.ready(model, generation, {"127.0.0.1", port});
    });
  }

  std::uint64_t printed(Generation) const override { return 0; }
  Duration cpu_time(Generation) const override { return Duration::zero(); }
  void stop(Generation generation, Duration) override {
    ++script_.stops;
    const auto found = models_.find(generation);
    if (found == models_.end()) return;
    boost::asio::post(io_, [this, model = found->second, generation] {
      listener_.exited(model, generation, {process::ExitStatus{0, std::nullopt}});
    });
    models_.erase(found);
  }

 private:
  boost::asio::io_context& io_;
  process::Listener& listener_;
  LaunchScript& script_;
  std::map<Generation, ModelId> models_;
};

}  // namespace paddock::api
