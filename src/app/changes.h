// What differs between two configurations, for people. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/config/config.h"

namespace paddock::app {

struct Changes {
  std::vector<ModelId> added, removed;
  std::vector<ModelId> renewed;  // are started in another way: those that run are started anew when idle
  std::vector<std::string> next_start;  // keys that have changed and count from the daemon's next start on

  friend bool operator==(const Changes&, const Changes&) = default;
};

Changes changes_between(const config::Config& before, const config::Config& now);

// "added b; removed a; started in another way from now on: c, d", or "no model has changed".
std::string sentence(const Changes& changes);

// What a launch of the model depends on: its words with `${PORT}` unbound, its environment (where it is
// pinned to GPUs, too), where it listens and how it is probed. Not how long anything may take: that counts
// from the next launch on. Holds secrets.
std::string launch_of(const config::ModelConfig& model);

}  // namespace paddock::app
