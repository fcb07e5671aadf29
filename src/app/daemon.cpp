#include "daemon.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "build_info.h"
#include "command_check.h"
#include "containment.h"
#include "machine_facts.h"
#include "paddock/api/api.h"
#include "paddock/base/text.h"
#include "paddock/process/supervisor.h"
#include "wire.h"

namespace paddock::app {

namespace {

// A shutdown that keeps its budget is not taken for one that hangs because the machine is busy.
constexpr Duration kSlack = std::chrono::seconds(1);

http::RouteTable make_routes(std::shared_ptr<const config::Lookup> lookup, router::Router& router,
                             logs::Hub& hub) {
  http::RouteTable routes;
  api::register_routes(routes, {std::move(lookup), router, hub, build_version(), build_commit()});
  return routes;
}

std::unique_ptr<logs::Follower> follow_to_stdout(const logs::Channel* channel) {
  if (channel == nullptr) return nullptr;
  return std::make_unique<logs::Follower>(*channel, STDOUT_FILENO);
}

}  // namespace

Daemon::Daemon(ServeCommand command, config::LoadResult loaded, keeper::Helper helper)
    : command_(std::move(command)),
      loaded_(std::move(loaded)),
      lookup_(std::make_shared<config::Lookup>(loaded_.config)),
      own_log_(hub_, log_level(loaded_.config->log_level)),
      follower_(follow_to_stdout(stdout_channel(hub_, loaded_.config->log_to_stdout))),
      helper_(std::move(helper)),
      state_(contain(helper_, *loaded_.config)),
      control_(1),
      router_(control_, options_with_launcher()),
      server_(server_options(*loaded_.config, command_), lookup_, make_routes(lookup_, router_, hub_),
              router_),
      shutdown_(shutdown_hooks(), loaded_.config->shutdown_timeout),
      signals_(control_, signal_handlers()) {
  spdlog::info("paddock {} ({})", build_version(), build_commit());
  for (const config::Diagnostic& found : loaded_.diagnostics) spdlog::warn("{}", config::format(found));
}

router::Options Daemon::options_with_launcher() {
  router::Options options = router_options(loaded_.config);
  options.make_launcher = [this](process::Listener& listener) {
    return std::make_unique<process::Supervisor>(control_, hub_, helper_, listener);
  };
  options.on_broken = [this] { server_.cut_broken(); };
  return options;
}

Result<void, std::string> Daemon::listen() {
  auto listening = server_.listen();
  if (listening) return {};
  const std::string& problem = listening.error();
  if (problem.find("--listen") != std::string::npos) return problem;
  return problem + "; --listen chooses another address, for example --listen 127.0.0.1:8081";
}

void Daemon::run() {
  server_.start();
  say_where();
  check_machine();
  preload();
  control_.run();
  server_.stop();
  machine_check_.join();
  // What the workers posted last, so that every lease has reported before the router goes.
  control_.restart();
  control_.poll();
  spdlog::info("stopped");
}

void Daemon::say_where() const {
  const ListenAddress address{command_.listen.host, server_.bound_port()};
  if (!is_loopback(address) && loaded_.config->api_keys.empty()) {
    spdlog::warn("anybody who reaches {} over the network can use it: there are no apiKeys", url_of(address));
  }
  spdlog::info("listening on {}", url_of(address));
}

// On a thread of its own and after the door is open: a file system that hangs concerns the models on it only.
void Daemon::check_machine() {
  machine_check_ = std::thread([config = loaded_.config] {
    for (const config::Diagnostic& found : check_commands(*config, ThisMachine())) {
      spdlog::warn("{}", config::format(found));
    }
  });
}

// After the door is open and at start only: the scheduler decides like for any load.
void Daemon::preload() {
  for (const ModelId& model : loaded_.config->preload) {
    router_.load(model, [model](const router::Outcome& outcome) {
      if (!outcome.error || outcome.error->code == router::RejectCode::kShuttingDown) return;
      spdlog::warn("model {} of hooks.on_startup.preload is not loaded: {}", model.str(),
                   printable(outcome.error->message));
    });
  }
}

Shutdown::Hooks Daemon::shutdown_hooks() {
  Shutdown::Hooks hooks;
  hooks.close_the_door = [this] { server_.drain(); };
  hooks.stop_models = [this](Duration budget, std::function<void()> done) {
    router_.shutdown(budget, std::move(done));
  };
  hooks.finished = [this] { control_.stop(); };
  return hooks;
}

Signals::Handlers Daemon::signal_handlers() {
  Signals::Handlers handlers;
  handlers.stop = [this] { stop_requested(); };
  handlers.reload = [] { spdlog::warn("SIGHUP is ignored: reloading the configuration is not there yet"); };
  return handlers;
}

void Daemon::stop_requested() {
  if (!shutdown_.requested()) {
    const std::chrono::seconds budget = loaded_.config->shutdown_timeout;
    spdlog::info("stopping within {} s (shutdownTimeout)", budget.count());
    watchdog_.arm(budget + kSlack);
  } else {
    spdlog::info("stopping at once: models have 1 s");
  }
  shutdown_.request();
}

}  // namespace paddock::app
