// What the router knows, as values to show. Advisory: a status may be shown, it may never gate a start or a
// stop. Immutable once handed out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"

namespace paddock::router {

// The words of the API and of llama-swap's pages.
enum class ModelState { kStopped, kStarting, kReady, kStopping };
const char* state_name(ModelState state);  // `stopped`, `starting`, `ready`, `stopping`

using WallTime = std::chrono::system_clock::time_point;

// How a launch ended or failed. Empty `kind`: nothing went wrong.
struct FailureDetail {
  std::string kind;  // process::class_name
  std::optional<int> exit;
  std::optional<int> signal;
  std::string line;  // the log line that tells most

  friend bool operator==(const FailureDetail&, const FailureDetail&) = default;
};

struct LaunchStatus {
  Generation generation;
  std::string cmd;                    // words joined by blanks, with the port
  std::vector<std::string> injected;  // `NAME=value` that its environment got from the daemon
  int port = 0;                       // 0: unknown
  int pid = 0;                        // 0: never spawned
  WallTime started;
  std::optional<WallTime> ready;
  std::optional<WallTime> ended;
  std::string reason;       // why it was started or, once ended, why it ended; a short phrase
  std::optional<int> exit;  // how the process ended, also by order; neither: it runs, or never did
  std::optional<int> signal;
  std::string tail;  // once it has failed or ended: its last lines, see process::StartFailure
  FailureDetail failure;
  std::string message;  // of the failure, a sentence

  friend bool operator==(const LaunchStatus&, const LaunchStatus&) = default;
};

// How far a load has come, for people; see process/load_progress.h.
struct Loading {
  std::string stage;
  std::optional<int> percent;  // of the stage
  std::chrono::seconds elapsed{0};
  std::optional<std::chrono::seconds> expected;  // for all of it, by what earlier loads took

  friend bool operator==(const Loading&, const Loading&) = default;
};

struct ModelStatus {
  ModelId id;
  ModelState state = ModelState::kStopped;
  bool draining = false;               // finishes what runs and then goes
  int in_flight = 0;                   // leases out
  int waiting = 0;                     // requests that wait for this model
  std::vector<LaunchStatus> launches;  // newest first, at most Options::kept_launches
  std::optional<Loading> loading{};    // while it is starting
  // When it is unloaded for idleness if nobody asks for it until then; nothing while it is used, and where it
  // stays.
  std::optional<TimePoint> unloads{};

  friend bool operator==(const ModelStatus&, const ModelStatus&) = default;
};

struct Status {
  bool shutting_down = false;
  bool frozen = false;
  std::vector<ModelStatus> models;  // in the order of Options::models

  const ModelStatus* find(const ModelId& id) const;
};

// A request in the queue.
struct WaitingRequest {
  TicketId ticket;  // of Router::acquire
  ModelId model;
  std::chrono::milliseconds age{0};
  std::string blocked_by;            // a phrase
  std::optional<Loading> loading{};  // of its model, if that is starting
};

struct Queue {
  bool frozen = false;                  // nothing is loaded unless a person asks for it
  std::vector<WaitingRequest> waiting;  // next first
};

// What would come of one more request.
struct Plan {
  ModelId model;
  std::string action;  // `serve`, `load`, `swap`, `wait` or `refuse`
  std::vector<ModelId> evict;
  std::string set;  // the set or group that says so; empty if none does
  std::uint64_t cost = 0;
  bool exact = true;   // false: there may be a cheaper way
  std::string reason;  // a phrase
};

}  // namespace paddock::router
