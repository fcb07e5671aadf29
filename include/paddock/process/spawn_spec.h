// What is needed to bring one launch of a model to life. Plain values; `${PORT}` is already bound.
#pragma once

#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"

namespace paddock::process {

// Where an upstream listens. `host` is a name or a literal address; `localhost` means 127.0.0.1, then ::1.
struct Endpoint {
  std::string host;
  int port = 0;
  std::string base_path;  // no trailing slash; usually empty

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct SpawnSpec {
  ModelId model;
  std::vector<std::string> argv;      // not empty; argv[0] without a slash is looked up in the child's PATH
  std::vector<std::string> shown;     // argv as people may see it, without secrets; empty: argv
  std::vector<std::string> env;       // `NAME=value` on top of the daemon's environment less PADDOCK_*
  std::vector<std::string> injected;  // those of `env` that nobody asked for, so that they can be shown
  Endpoint endpoint;
  std::string check_path = "/health";  // readiness probe: exactly 200 to a GET; empty: ready once spawned
  Duration start_timeout = std::chrono::seconds(120);
  Duration start_timeout_max{0};  // for a start that still makes progress; not above start_timeout: no more
  Duration abort_grace = std::chrono::seconds(5);  // between SIGTERM and SIGKILL after a failed start
  // Run instead of the SIGTERM; `${PID}` in it is the leader. Empty: there is none. The two times below count
  // only with one.
  std::vector<std::string> stop_argv;
  Duration stop_timeout = std::chrono::seconds(10);  // for the command and the end that it causes
  Duration stop_grace = std::chrono::seconds(10);    // between SIGTERM and SIGKILL if it did not do
  // The end of the leader is not the launch's: `check_path` says whether it lives. Only with a stop command
  // and a check path.
  bool detached = false;
  Duration watch_every = std::chrono::seconds(5);  // looks at a detached launch, each as long at most
};

}  // namespace paddock::process
