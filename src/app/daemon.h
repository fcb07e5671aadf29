// Daemon: all parts of a running paddock, in the order in which they are built; destruction reverses it.
//
// The thread that constructs it and calls run() is the control thread, which decides. It must be the main
// thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli.h"
#include "config_writer.h"
#include "fit_watch.h"
#include "forecasts.h"
#include "live_config.h"
#include "load_clock.h"
#include "paddock/api/event_feed.h"
#include "paddock/base/errands.h"
#include "paddock/base/result.h"
#include "paddock/config/load.h"
#include "paddock/fit/judgements.h"
#include "paddock/gpu/sampler.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/captures.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/server.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/keeper/keeper.h"
#include "paddock/keeper/state.h"
#include "paddock/kvcache/slot_watch.h"
#include "paddock/logs/hub.h"
#include "paddock/logs/own_log.h"
#include "paddock/prefetch/prefetcher.h"
#include "paddock/router/router.h"
#include "paddock/vram/cards.h"
#include "paddock/vram/monitor.h"
#include "paddock/vram/release_watch.h"
#include "recorder.h"
#include "reloader.h"
#include "service_manager.h"
#include "shutdown.h"
#include "signals.h"
#include "source_state.h"
#include "thinker.h"
#include "tls_files.h"
#include "watchdog.h"

namespace paddock::app {

class Daemon {
 public:
  // `loaded` has a configuration; its diagnostics are warnings and are logged. `seen`: a look at its files
  // from before they were read. `identity` is null for plain HTTP. `manager` outlives it.
  Daemon(ServeCommand command, config::LoadResult loaded, SourceState seen, keeper::Helper helper,
         Identity identity, ServiceManager& manager);

  // The error is a sentence that says what to do.
  Result<void, std::string> listen();
  // Returns when a signal asked to stop and all is stopped.
  void run();

 private:
  struct OwnLog {
    OwnLog(logs::Hub& hub, const config::Config& config);
  };

  Shutdown::Hooks shutdown_hooks();
  Signals::Handlers signal_handlers();
  void stop_requested();
  std::string url() const;
  void say_where() const;
  router::Options options_with_launcher();
  http::RouteTable make_routes();
  void tell_row(std::uint64_t id);
  void tell_answer(const metrics::Row& row);
  void set_capture_limit();
  std::unique_ptr<process::Launcher> make_launcher(process::Listener& listener);
  void preload();

  // daemon_reload.cpp
  void begin_reloading();
  Reloader::Loaded hand_over(LiveConfig::Done done);
  LiveConfig::Done telling_manager(LiveConfig::Done done);
  void reload(const std::string& reason, LiveConfig::Done done);
  void reloaded(config::LoadResult result, const std::string& reason, LiveConfig::Done done);
  void enforce(config::LoadResult result, std::function<void(const std::vector<config::Diagnostic>&)> done);
  std::unique_ptr<logs::Follower> follow_to_stdout(config::LogTarget target, logs::From from);
  void follow(config::LogTarget target);
  void check_machine();
  LiveConfig::Ask ask(Thinker& thinker);
  ConfigWriter::Wires writer_wires();

  ServiceManager& manager_;
  const ServeCommand command_;
  LiveConfig live_;
  logs::Hub hub_;
  OwnLog own_log_;
  // After what writes, so that the last lines still go out. Null where nothing goes to standard output.
  std::unique_ptr<logs::Follower> follower_;
  keeper::Helper helper_;
  const std::optional<keeper::State> state_;
  Watchdog watchdog_;  // outlives the parts whose end may hang
  boost::asio::io_context control_;
  gpu::Sampler gpus_;
  fit::Judgements fits_;
  Forecasts forecasts_;
  std::unique_ptr<LoadClock> load_clock_;  // made with the router's launcher, whose listener it is
  vram::Cards cards_;
  vram::Monitor monitor_;
  prefetch::Prefetcher prefetcher_;
  std::atomic<std::size_t> first_answers_{0};  // that launches wait for: FitWatch
  Recorder recorder_;
  kvcache::SlotWatch* slots_ = nullptr;     // inside the router, like the next two
  vram::ReleaseWatch* releases_ = nullptr;  // inside the router, like the next
  FitWatch* fit_watch_ = nullptr;
  router::Router router_;
  http::InFlight in_flight_;
  http::UpstreamFacts facts_;
  http::Captures captures_;
  http::ActiveProfile profile_;
  api::EventFeed events_;
  http::Server server_;
  Shutdown shutdown_;
  Signals signals_;
  const SourceState seen_;  // as the files were before they were read
  Errands errands_;
  // Texts apart from what is in force: one may name files where looking takes for ever.
  Thinker texts_;
  Thinker pairs_;
  const ConfigWriter writer_;
  TlsFiles tls_files_;
  std::optional<Reloader> reloader_;  // only while run() runs
};

}  // namespace paddock::app
