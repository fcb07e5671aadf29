// The control endpoints and listings: one file per resource in src/api. Handlers translate between JSON and
// the faces below; they do not decide. They may be called on any thread and do not block: what needs the
// Router is answered from the control thread. The list of routes and answers is docs/api.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "paddock/api/config_desk.h"
#include "paddock/api/event_feed.h"
#include "paddock/api/forecast_desk.h"
#include "paddock/config/current.h"
#include "paddock/fit/judgements.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/captures.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/routes.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/logs/hub.h"
#include "paddock/metrics/machine.h"
#include "paddock/router/router.h"
#include "paddock/store/activity.h"

namespace paddock::vram {
class Cards;
class Monitor;
}  // namespace paddock::vram

namespace paddock::api {

// What has been counted.
struct Metering {
  store::Activity& activity;
  const metrics::Counters& counters;
  metrics::MachineReader& machine;
  std::function<std::vector<metrics::GpuNow>()> gpus;  // empty: none can be read
};

// All that handlers may reach; each must outlive the Server.
struct Deps {
  const config::Current& config;
  ConfigDesk& desk;
  router::Router& router;
  logs::Hub& hub;
  http::InFlight& in_flight;
  http::ActiveProfile& profile;
  const http::UpstreamFacts& facts;
  const http::Captures& captures;
  const fit::Judgements& fits;
  EventFeed& events;
  Metering metering;
  const ForecastDesk& forecasts;
  vram::Cards& cards;
  const vram::Monitor& monitor;
  std::string version;  // of this build
  std::string commit;
};

void register_routes(http::RouteTable& routes, const Deps& deps);

}  // namespace paddock::api
