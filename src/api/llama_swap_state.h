// LlamaSwapState: what all clients of llama-swap's GET /api/events are shown, as parts of a feed under the
// types of its events: `modelStatus`, `profileChanged`, and of `inflight` one for each request. Each is
// rendered once, when it is different. The sources outlive it. Control thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/config/current.h"
#include "paddock/feed/feed.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/router/router.h"
#include "request_watch.h"

namespace paddock::api {

class LlamaSwapState {
 public:
  struct Sources {
    const config::Current& config;
    const router::Router& router;
    const http::InFlight& in_flight;
    const http::ActiveProfile& profile;
    const http::UpstreamFacts& facts;
  };

  explicit LlamaSwapState(Sources sources) : sources_(sources) {}

  // What is different since the last call.
  std::vector<feed::Part> look(TimePoint now);

 private:
  bool models_differ();

  const Sources sources_;
  RequestWatch requests_;
  std::shared_ptr<const config::Lookup> config_;  // as it was shown last, and so is what follows
  std::uint64_t changes_ = 0, facts_ = 0;
  std::optional<std::string> profile_;
  std::vector<router::ModelState> states_;
};

}  // namespace paddock::api
