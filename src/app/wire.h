// The only place that translates the configuration and the command line into each module's options. Pure but
// for reading RLIMIT_NOFILE; any thread.
#pragma once

#include <memory>

#include "cli.h"
#include "paddock/base/clock.h"
#include "paddock/config/config.h"
#include "paddock/http/server.h"
#include "paddock/logs/own_log.h"
#include "paddock/router/router.h"
#include "paddock/vram/monitor.h"
#include "paddock/vram/release_watch.h"

namespace paddock::app {

logs::Level log_level(config::LogLevel level);
logs::Hub::Options log_options(const config::Config& config);

// The channel that is copied to standard output; null: none is.
const logs::Channel* stdout_channel(logs::Hub& hub, config::LogTarget target);

// The closures in it share the configuration.
router::Options router_options(const std::shared_ptr<const config::Config>& config);

vram::Options release_options(const config::Config& config, const ServeCommand& command);

vram::MonitorOptions monitor_options(const config::Config& config);

http::ServerOptions server_options(const config::Config& config, const ServeCommand& command);

// How many clients fit into that many descriptors: each may need one more to its upstream, and some are kept
// for logs, pipes and children.
int connections_for(std::uint64_t descriptors);

}  // namespace paddock::app
