// Names a request may use beside models' ids and aliases: peers' models, selectors and profiles. Immutable
// values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paddock/base/source_pos.h"
#include "paddock/config/model.h"
#include "paddock/config/values.h"

namespace paddock::config {

// Another server with an API like ours. Its models are called `<peer>/<model>` here, or `<model>` where only
// one peer has it and no local name is in the way.
struct Peer {
  std::string id;
  std::string proxy;                // base URL, http or https
  std::vector<std::string> models;  // as the peer knows them; at least one, each once
  std::string api_key;              // a secret; empty: none is sent
  bool forward_auth = false;        // the client's own credentials go on, unless there is an api_key
  Filters filters;
  Timeouts timeouts{.response_header = std::chrono::seconds(60)};
  SourcePos pos;
};

enum class Strategy { kPin, kWarm, kSpillover };

// A name that stands for one of several models, chosen when a request comes.
struct Selector {
  std::string id;
  Strategy strategy = Strategy::kPin;
  std::vector<std::string> targets;   // ids, aliases or peers' models; at least one
  int spillover = 1;                  // requests in flight from which the next target is taken
  std::vector<std::string> failover;  // as targets: tried in turn when the chosen one gives no answer
  std::string name;
  std::string description;
  bool unlisted = false;
  JsonText metadata;  // an object; empty: none
  SourcePos pos;
};

// A set of names that can be switched to stand for other models.
struct Profile {
  struct Pin {
    std::string name;    // that a request asks for
    std::string target;  // what it gets; empty: the pin is off
  };

  std::string name;
  std::string description;
  std::vector<Pin> pins;  // at least one
  SourcePos pos;
};

}  // namespace paddock::config
