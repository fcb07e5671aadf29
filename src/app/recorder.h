// Recorder: what becomes of requests that have ended, and of what launches tell: the activity list and the
// counters.
//
// Thread-safe but for open(), which comes first.
#pragma once

#include <cstdint>
#include <functional>

#include "paddock/config/config.h"
#include "paddock/metrics/counters.h"
#include "paddock/metrics/machine.h"
#include "paddock/metrics/sink.h"
#include "paddock/router/router.h"
#include "paddock/store/activity.h"

namespace paddock::app {

class Recorder final : public metrics::Sink {
 public:
  // `stored` hears on a thread of the store's own of each row that is kept; `answered` of each at once, on
  // the thread that tells it.
  Recorder(const config::Config& config, std::function<void(std::uint64_t id)> stored,
           std::function<void(const metrics::Row&)> answered);

  Result<void, std::string> open() { return activity_.open(); }
  void close() { activity_.close(); }
  void change(const config::Config& config);
  // They point to this.
  router::LaunchHooks launch_hooks();

  std::uint64_t next_id() override { return activity_.next_id(); }
  void finished(const metrics::Row& row) override;

  store::Activity& activity() { return activity_; }
  const metrics::Counters& counters() const { return counters_; }
  metrics::MachineReader& machine() { return machine_; }

 private:
  const std::function<void(const metrics::Row&)> answered_;
  metrics::Counters counters_;
  metrics::MachineReader machine_;
  store::Activity activity_;
};

}  // namespace paddock::app
