// What the scheduler is told about the models before it begins, and again when the configuration changes.
// Plain values.
#pragma once

#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"

namespace paddock::scheduler {

struct ModelOptions {
  ModelId id;
  Duration ttl{0};  // idle time before it is stopped; 0: never
  Duration unload_grace = std::chrono::seconds(10);
  int priority = 0;           // of its waiters, until they are overdue; higher goes first
  int concurrency_limit = 0;  // requests that run at once; 0: no limit
  int queue_limit = 1000;     // requests that wait
  bool pinned = false;
  // What a launch of it depends on, in any form that tells two of them apart. Not looked into.
  std::string launch{};
  friend bool operator==(const ModelOptions&, const ModelOptions&) = default;
};

struct Options {
  std::vector<ModelOptions> models;
  bool gates = false;  // whether whoever performs the effects can lend models out
  Duration max_wait = std::chrono::seconds(30);
  Duration min_residency{0};  // a model is not evicted for another sooner than this after it was ready
  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace paddock::scheduler
