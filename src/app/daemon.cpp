#include "daemon.h"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "build_info.h"
#include "containment.h"
#include "fit_watch.h"
#include "gpus_now.h"
#include "pace.h"
#include "paddock/api/api.h"
#include "paddock/base/environment.h"
#include "paddock/base/text.h"
#include "paddock/process/supervisor.h"
#include "slot_care.h"
#include "wire.h"

namespace paddock::app {

namespace {

// A shutdown that keeps its budget is not taken for one that hangs because the machine is busy.
constexpr Duration kSlack = std::chrono::seconds(1);
// Who asks about a configuration waits so long at most.
constexpr Duration kPatience = std::chrono::seconds(30);

// The command line has been checked.
std::shared_ptr<gpu::Source> gpu_source(const ServeCommand& command) {
  auto source = gpu::find_source(command.gpu_source);
  return source ? std::move(*source) : nullptr;
}

http::ServerOptions with_tls(http::ServerOptions options, Identity identity) {
  options.tls = std::move(identity);
  return options;
}

}  // namespace

Daemon::OwnLog::OwnLog(logs::Hub& hub, const config::Config& config) {
  logs::install_own_log(hub, log_level(config.log_level));
  logs::set_own_time_format(config.log_time_format);
}

Daemon::Daemon(ServeCommand command, config::LoadResult loaded, SourceState seen, keeper::Helper helper,
               Identity identity, ServiceManager& manager)
    : manager_(manager),
      command_(std::move(command)),
      live_(std::move(loaded), command_.watch_config),
      hub_(log_options(*live_.config())),
      own_log_(hub_, *live_.config()),
      follower_(follow_to_stdout(live_.config()->log_to_stdout, logs::From::kOldest)),
      helper_(std::move(helper)),
      state_(contain(helper_, *live_.config())),
      control_(1),
      gpus_(control_, gpu_source(command_)),
      forecasts_(control_, gpus_, state_ ? state_->footprints() : ""),
      cards_(control_, gpus_, command_.gpu_source),
      monitor_(control_, cards_, monitor_options(*live_.config())),
      prefetcher_(control_),
      recorder_(
          *live_.config(), [this](std::uint64_t id) { tell_row(id); },
          [this](const metrics::Row& row) { tell_answer(row); }),
      router_(control_, options_with_launcher()),
      in_flight_(static_cast<std::size_t>(command_.workers)),
      events_(control_, {live_.current(), router_, in_flight_, profile_, facts_, fits_, forecasts_, cards_,
                         build_version()}),
      server_(with_tls(server_options(*live_.config(), command_), std::move(identity)), live_.current().get(),
              make_routes(), router_, {in_flight_, facts_, captures_, profile_, &recorder_}),
      shutdown_(shutdown_hooks(), live_.config()->shutdown_timeout),
      signals_(control_, signal_handlers()),
      seen_(std::move(seen)),
      errands_(control_),
      texts_(control_, kPatience),
      pairs_(control_, kPatience),
      writer_(live_, writer_wires()),
      tls_files_(control_, command_.tls, [this](const Identity& fresh) { server_.change_tls(fresh); }) {
  spdlog::info("paddock {} ({})", build_version(), build_commit());
  spdlog::info("configuration: {}", printable(name_of(command_.config)));
  for (const config::Diagnostic& found : live_.findings()) spdlog::warn("{}", config::format(found));
  set_capture_limit();
  live_.on_reload([this](LiveConfig::Done done) { reload("request", std::move(done)); });
  live_.on_question(ask(texts_), ask(pairs_));
  live_.on_write(writer_);
}

http::RouteTable Daemon::make_routes() {
  http::RouteTable routes;
  api::register_routes(routes, {.config = live_.current(),
                                .desk = live_,
                                .router = router_,
                                .hub = hub_,
                                .in_flight = in_flight_,
                                .profile = profile_,
                                .facts = facts_,
                                .captures = captures_,
                                .fits = fits_,
                                .events = events_,
                                .metering = {recorder_.activity(), recorder_.counters(), recorder_.machine(),
                                             [this] { return gpus_now(*cards_.snapshot()); }},
                                .forecasts = forecasts_,
                                .cards = cards_,
                                .monitor = monitor_,
                                .version = build_version(),
                                .commit = build_commit()});
  return routes;
}

// On the store's thread.
void Daemon::tell_row(std::uint64_t id) {
  events_.append({"activity", "{\"id\":" + std::to_string(id) + "}"});
}

// On any thread. Most answers tell nothing new, and the control thread has other things to do.
void Daemon::tell_answer(const metrics::Row& row) {
  if (row.status < 200 || row.status > 299) return;
  const bool counts = Pace::counts(row.usage.output, row.usage.generation_rate);
  if (!counts && first_answers_.load(std::memory_order_relaxed) == 0) return;
  boost::asio::post(control_,
                    [this, model = ModelId(row.model), tokens = row.usage.output,
                     pace = row.usage.generation_rate] { fit_watch_->answered(model, tokens, pace); });
}

void Daemon::set_capture_limit() {
  captures_.set_limit(static_cast<std::size_t>(live_.config()->capture_buffer) << 20);
}

router::Options Daemon::options_with_launcher() {
  router::Options options = router_options(live_.config());
  options.make_launcher = [this](process::Listener& listener) { return make_launcher(listener); };
  options.prefetch.begin = [this](const process::SpawnSpec& spec) {
    if (live_.config()->prefetch) prefetcher_.begin(spec.model, spec.argv, child_environment(spec.env));
  };
  options.prefetch.end = [this](const ModelId& model) { prefetcher_.end(model); };
  options.launches = recorder_.launch_hooks();
  options.expected_load = [this](const ModelId& model) { return forecasts_.expected_load(model); };
  options.on_broken = [this] { server_.cut_broken(); };
  return options;
}

std::unique_ptr<process::Launcher> Daemon::make_launcher(process::Listener& listener) {
  const auto supervise = [this](process::Listener& inner) {
    return std::make_unique<process::Supervisor>(
        control_, hub_, helper_, inner,
        [](const auto& argv, const auto& env) { return prefetch::weights_of(argv, child_environment(env)); });
  };
  // Inside of what holds ends back: a crash is judged when it happens.
  const auto judge = [this, supervise](process::Listener& inner) {
    FitWatch::Options options;
    options.load_report = [this](const ModelId& model, Generation launch) {
      return hub_.book().load_report(model, launch);
    };
    options.memory = &forecasts_;
    options.first_answers = &first_answers_;
    auto fit_watch = std::make_unique<FitWatch>(control_, gpus_, fits_, std::move(options), inner, supervise);
    fit_watch_ = fit_watch.get();
    return fit_watch;
  };
  const auto watch = [this, judge](process::Listener& inner) {
    auto releases = std::make_unique<vram::ReleaseWatch>(
        control_, gpus_, release_options(*live_.config(), command_), inner, judge);
    releases_ = releases.get();
    return releases;
  };
  // Outside of what measures loads: restoring is none of the engine's time.
  const auto measure = [this, watch](process::Listener& inner) {
    load_clock_ = std::make_unique<LoadClock>(
        inner, [this](Generation launch, Duration load) { forecasts_.loaded(launch, load); });
    return cards_.launcher(*load_clock_, watch);
  };
  kvcache::Options options;
  options.care_for = [this](const process::SpawnSpec& spec) { return slot_care(live_.config(), spec.model); };
  auto slots = std::make_unique<kvcache::SlotWatch>(control_, std::move(options), listener, measure);
  slots_ = slots.get();
  return slots;
}

Result<void, std::string> Daemon::listen() {
  if (auto opened = recorder_.open(); !opened) return opened;
  auto listening = server_.listen();
  if (listening) return {};
  const std::string& problem = listening.error();
  if (problem.find("--listen") != std::string::npos) return problem;
  return problem + "; --listen chooses another address, for example --listen 127.0.0.1:8081";
}

void Daemon::run() {
  server_.start();
  say_where();
  begin_reloading();
  if (command_.watch_config) tls_files_.watch();
  preload();
  manager_.ready("listening on " + url());
  control_.run();
  server_.stop();
  // What these still answer goes to workers that exist.
  cards_.let_go();
  events_.let_go();
  recorder_.close();
  reloader_.reset();
  // What the workers posted last, so that every lease has reported before the router goes.
  control_.restart();
  control_.poll();
  spdlog::info("stopped");
}

std::string Daemon::url() const {
  return url_of({command_.listen.host, server_.bound_port()}, command_.tls.empty() ? "http" : "https");
}

void Daemon::say_where() const {
  if (!is_loopback(command_.listen) && live_.config()->access.api_keys.empty()) {
    spdlog::warn("anybody who reaches {} over the network can use it: there are no apiKeys", url());
  }
  spdlog::info("listening on {}", url());
}

// After the door is open and at start only: the scheduler decides like for any load.
void Daemon::preload() {
  const std::shared_ptr<const config::Config> config = live_.config();
  for (const ModelId& model : config->preload) {
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
  handlers.reload = [this] { reload("SIGHUP", nullptr); };
  return handlers;
}

void Daemon::stop_requested() {
  if (!shutdown_.requested()) {
    const std::chrono::seconds budget = live_.config()->shutdown_timeout;
    spdlog::info("stopping within {} s (shutdownTimeout)", budget.count());
    watchdog_.arm(budget + kSlack);
    // Longer than the watchdog, who knows better what to say than a manager's kill.
    manager_.stopping("stopping within " + std::to_string(budget.count()) + " s", budget + 2 * kSlack);
  } else {
    spdlog::info("stopping at once: models have 1 s");
  }
  slots_->hurry(steady_now() + Duration(live_.config()->shutdown_timeout) / 2);
  shutdown_.request();
  // Behind what the router was just told, so that what ends by this starts nothing.
  boost::asio::post(control_, [this] { releases_->let_go(); });
}

}  // namespace paddock::app
