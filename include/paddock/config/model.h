// One model of the file: how its server is started, found ready, named and left alone. Immutable values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/source_pos.h"
#include "paddock/config/values.h"

namespace paddock::config {

// What is changed in a JSON request before it is forwarded. `model` is never among the names.
struct Filters {
  struct Param {
    std::string name;  // of a member; dots lead into members
    JsonText value;

    friend bool operator==(const Param&, const Param&) = default;
  };
  // For requests that ask for this name.
  struct ById {
    std::string name;
    std::vector<Param> params;

    friend bool operator==(const ById&, const ById&) = default;
  };

  std::vector<std::string> strip_params;  // sorted, each once
  std::vector<Param> set_params;          // sorted by name
  std::vector<ById> set_params_by_id;     // in file order

  friend bool operator==(const Filters&, const Filters&) = default;
};

// What the model can do, for listings. Nothing is enforced.
struct Capabilities {
  std::vector<std::string> in;   // of text, audio, image
  std::vector<std::string> out;  // likewise
  bool tools = false;
  bool reranker = false;
  int context = 0;  // tokens; 0: not said

  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

struct ModelConfig {
  ModelId id;
  std::string name;                        // shown in listings; may be empty
  std::string description;                 // likewise
  std::vector<PortText> argv;              // the command split into words (command.h); never empty
  PortText cmd;                            // the command as written after macros, for people
  std::vector<PortText> stop_argv;         // run instead of the stop signal; empty: the signal
  PortText cmd_stop;                       // as written after macros, for people
  std::chrono::seconds stop_timeout{10};   // for the stop command and the end that it causes; then the signal
  bool detached = false;                   // it lives on when cmd has ended; only with a stop command
  std::vector<PortText> env;               // `NAME=value`, in file order; the last of equal names wins
  PortText proxy;                          // base URL of the upstream, `http://...`
  std::string check_endpoint = "/health";  // path of the readiness probe; empty: ready once spawned
  std::chrono::seconds health_check_timeout{120};    // the file's own is applied
  std::chrono::seconds health_check_timeout_max{0};  // likewise; 0: none, otherwise no less than the above
  std::chrono::seconds stall_timeout{0};             // the file's own is applied; 0: none
  std::chrono::seconds ttl{0};              // idle time before unloading; 0: never. globalTTL is applied
  std::chrono::seconds unload_timeout{10};  // grace between the stop signal and SIGKILL
  std::vector<std::string> aliases;         // as written, then the names that setParamsByID brings
  bool unlisted = false;
  std::string use_model_name;  // the name the upstream knows; empty: forward what the client sent
  int concurrency_limit = 0;   // requests at once; 0: no limit
  int priority = 0;            // the higher one is served first; fifo.priority is applied
  int queue_limit = 1000;      // requests that may wait for it, be it loaded or not; more are refused
  KvCache kv_cache;            // the file's own is applied
  bool pin = false;            // never evicted for another model
  Filters filters;
  JsonText metadata;                                   // an object, shown in listings; empty: none
  bool send_loading_state = false;                     // the file's own default is applied
  LogVerbosity log_verbosity = LogVerbosity::kReport;  // the file's own is applied
  OnDisconnect on_disconnect = OnDisconnect::kCancel;
  Timeouts timeouts;
  bool ignore_websockets = false;
  bool forward_auth = false;  // the key that opens the daemon goes on to the upstream
  Capabilities capabilities;
  SourcePos pos;  // of the model's key
};

}  // namespace paddock::config
