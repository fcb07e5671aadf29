// Config: the validated configuration, in plain words. It knows nothing of who reads it; app/wire.cpp
// translates it into the options of each module.
//
// Not the file: the way from text to Config is load.h, and a Config exists only if that way had no error.
// Immutable after loading and shared as `shared_ptr<const Config>`; any thread.
//
// To add an option: a field here, its key in src/config/draft.h and parse.cpp, its rule in validate.cpp, its
// use in app/wire.cpp, a line in docs/configuration.md, and one test with the position of its error.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/source_pos.h"

namespace paddock::config {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Text in which `${PORT}` still stands as a placeholder: the port is bound at launch, not when the file is
// read. All other macros are already expanded.
struct PortText {
  std::string text;

  bool uses_port() const { return text.find("${PORT}") != std::string::npos; }
  // Every `${PORT}` replaced by the decimal number.
  std::string bind(int port) const;

  friend bool operator==(const PortText&, const PortText&) = default;
};

struct ModelConfig {
  ModelId id;
  std::string name;                         // shown in listings; may be empty
  std::string description;                  // likewise
  std::vector<PortText> argv;               // the command split into words (command.h); never empty
  std::string cmd;                          // the command as written after macros, for people
  std::vector<PortText> env;                // `NAME=value`, in file order; the last of equal names wins
  PortText proxy;                           // base URL of the upstream, `http://...`
  std::string check_endpoint = "/health";   // path of the readiness probe; empty: ready once spawned
  std::chrono::seconds ttl{0};              // idle time before unloading; 0: never. globalTTL is applied
  std::chrono::seconds unload_timeout{10};  // grace between the stop signal and SIGKILL
  std::vector<std::string> aliases;
  bool unlisted = false;
  std::string use_model_name;  // the name the upstream knows; empty: forward what the client sent
  SourcePos pos;               // of the model's key
};

struct Config {
  std::string file;  // what it was read from, as the user named it
  LogLevel log_level = LogLevel::kInfo;
  std::chrono::seconds health_check_timeout{120};  // longest load before a start counts as failed
  int start_port = 5800;                           // first port that ${PORT} may become
  int max_connections = 0;                         // clients at once; 0: as many as descriptors allow
  std::vector<ModelConfig> models;                 // in file order; ids are unique
};

}  // namespace paddock::config
