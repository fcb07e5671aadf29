// Launches: what is known of each launch, for the data path while it lives and for status afterwards.
// It records and decides nothing. Control thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/base/unique_fd.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"
#include "paddock/router/lease.h"
#include "paddock/router/status.h"
#include "stall.h"

namespace paddock::router {

struct Launch {
  ModelId model;
  LaunchStatus status;
  process::Endpoint endpoint;
  TimePoint started;
  std::optional<TimePoint> ready;
  bool stop_ordered = false;
  bool timed_out = false;              // the start did
  UniqueFd pidfd;                      // from spawned() until the upstream takes it
  std::shared_ptr<Upstream> upstream;  // from readiness to the exit

  std::optional<Stall> stall;  // of a model with a stall_timeout, from readiness on

  bool has_served = false;  // known once it has exited

  bool was_ready() const { return status.ready.has_value(); }
  bool has_failed() const { return !status.failure.kind.empty(); }
  std::chrono::milliseconds age() const;
};

class Launches {
 public:
  explicit Launches(std::size_t kept);

  Launch& begin(const process::SpawnSpec& spec, Generation generation, std::string reason);
  // Null once it has exited.
  Launch* find(Generation generation);
  const Launch* find(Generation generation) const;

  // What the process module tells; each does nothing for a launch that is not alive.
  void spawned(Generation generation, int pid, UniqueFd pidfd);
  void ready(Generation generation, const process::Ready& ready);
  void failed(Generation generation, const process::StartFailure& failure);
  // True the first time.
  bool stop_ordered(Generation generation, const std::string& reason);
  // It serves no more; exited() follows. Null if it is not alive.
  const Launch* ended(Generation generation, const process::Ending& ending);
  // The launch as it ended; null if it was not alive.
  std::shared_ptr<const Launch> exited(Generation generation, const process::Ending& ending);

  // Those that live and have a stall.
  std::vector<Launch*> watched();
  // It serves no more; false if that is known, or it is not ready.
  bool broken(Generation generation, Breakage breakage);

  // Newest first; also those that have ended.
  std::vector<LaunchStatus> history(const ModelId& model) const;
  // Without its last lines; nothing if there never was one.
  std::optional<LaunchStatus> newest(const ModelId& model) const;
  // What the last loads that succeeded took, of up to three the mean.
  std::optional<Duration> usual_load(const ModelId& model) const;
  std::shared_ptr<const Launch> recorded(const ModelId& model, Generation generation) const;

 private:
  const std::size_t kept_;
  std::unordered_map<Generation, std::shared_ptr<Launch>> alive_;
  std::unordered_map<ModelId, std::deque<std::shared_ptr<Launch>>> history_;  // newest first
};

}  // namespace paddock::router
