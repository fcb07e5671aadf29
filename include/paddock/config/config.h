// Config: the validated configuration, in plain words. It knows nothing of who reads it; app/wire.cpp
// translates it into the options of each module.
//
// Not the file: the way from text to Config is load.h, and a Config exists only if that way had no error.
// Immutable after loading and shared as `shared_ptr<const Config>`; any thread.
//
// To add an option: a field here, its key in the draft and the table of keys, its rule in validation, its use
// in app/wire.cpp, its lines in config/schema.json, config/example.yaml and docs/configuration.md (a test
// compares the names), and one test with the position of its error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/config/access.h"
#include "paddock/config/model.h"
#include "paddock/config/names.h"
#include "paddock/config/routing.h"
#include "paddock/config/values.h"

namespace paddock::config {

struct Performance {
  bool disabled = false;
  std::chrono::nanoseconds every = std::chrono::seconds(5);  // between two looks at the machine; 5 s or more
};

// How much of requests' bodies is kept, in bytes.
struct BodyLimits {
  std::uint64_t json = 64 << 20;           // longest body that must be looked into as a whole
  std::uint64_t largest = 512 << 20;       // longest body of all; what is not JSON may go to a file
  std::uint64_t memory = 1 << 20;          // of a body that may go to a file: what stays in memory
  std::uint64_t memory_total = 512 << 20;  // of all bodies at once; never less than `memory`

  friend bool operator==(const BodyLimits&, const BodyLimits&) = default;
};

struct Config {
  std::vector<std::string>
      files;  // what it was read from, as the user named them; SourcePos.file counts here

  LogLevel log_level = LogLevel::kInfo;
  LogTarget log_to_stdout = LogTarget::kOwn;
  LogVerbosity log_verbosity = LogVerbosity::kReport;  // of models that say nothing
  std::string log_time_format;  // one of the names in docs/configuration.md, lower case; empty: paddock's own
  std::uint64_t log_buffer = 4 << 20;  // bytes of lines that are kept of each model beside its load report

  std::chrono::seconds health_check_timeout{120};    // longest load before a start counts as failed
  std::chrono::seconds health_check_timeout_max{0};  // longest load that goes on; 0: no more than the above
  std::chrono::seconds stall_timeout{0};         // for engines that stand still under requests; 0: for ever
  std::chrono::seconds shutdown_timeout{8};      // of the whole daemon, from the first signal to its end
  std::chrono::seconds vram_release_timeout{5};  // how long a start waits for others' memory; 0: not
  std::chrono::nanoseconds loading_grace =
      std::chrono::seconds(10);  // a waiting stream is sent nothing for so long; 0: for ever
  KvCache kv_cache;              // of models that say nothing else
  bool prefetch = true;          // of weights, while the model before is still busy
  int start_port = 5800;         // first port that ${PORT} may become
  int max_connections = 0;       // clients at once; 0: as many as descriptors allow
  BodyLimits bodies;
  Access access;  // who may do what
  bool include_aliases_in_list = false;
  bool ollama = true;                // whether Ollama's API is offered as well
  int metrics_max_in_memory = 1000;  // requests remembered for the activity list
  int capture_buffer = 0;            // MiB of captured requests and answers; 0: none are kept
  std::string store_path;            // file of the activity store; empty: in memory
  std::string state_dir;             // folder for traces of launches; empty: the usual one
  std::vector<std::string> session_id_headers{"X-Session-ID", "X-Litellm-Session-Id"};
  Performance performance;
  std::vector<std::string> ignore_paths;  // upstream paths that load no model: base/pattern.h; never empty

  std::vector<ModelConfig> models;  // in file order; ids are unique
  Routing routing;
  std::vector<ModelId> preload;  // loaded at start, in this order
  std::vector<Peer> peers;
  std::vector<Selector> selectors;
  std::vector<Profile> profiles;

  // Dotted paths of values that came, wholly or in part, from `${env.*}` and are not PortText:
  // `models.a.name`. Sorted. Whoever shows the configuration shows `***` there.
  std::vector<std::string> secret_paths;
};

// Whether what stands at this path, `models.a.name`, came from the environment.
bool is_secret(const Config& config, const std::string& path);

}  // namespace paddock::config
