// The half of Daemon that puts a new configuration in force.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "command_check.h"
#include "daemon.h"
#include "machine_facts.h"
#include "wire.h"

namespace paddock::app {

namespace {

// Once it is in force, so that whoever reads it can rely on it.
void tell(const Changes& changes, const std::vector<config::Diagnostic>& findings,
          const std::string& reason) {
  spdlog::info("configuration reloaded ({}): {}", reason, sentence(changes));
  for (const config::Diagnostic& found : findings) spdlog::warn("{}", config::format(found));
  for (const std::string& key : changes.next_start) {
    spdlog::warn("{} has changed: that counts from the next start of paddock on", key);
  }
}

}  // namespace

void Daemon::begin_reloading() {
  Reloader::Options options;
  options.choice = command_.config;
  options.watch = command_.watch_config;
  options.known = seen_;
  reloader_.emplace(std::move(options), hand_over(nullptr));
  check_machine();
  forecasts_.use(live_.config());
}

// `done` may be null.
LiveConfig::Done Daemon::telling_manager(LiveConfig::Done done) {
  return [this, done = std::move(done)](LiveConfig::Reloaded outcome) {
    manager_.ready("listening on " + url() +
                   (outcome.applied ? "" : "; the new configuration has errors, the old one stays in force"));
    if (done) done(std::move(outcome));
  };
}

// From the reloader's thread to this one. `done` may be null.
Reloader::Loaded Daemon::hand_over(LiveConfig::Done done) {
  return
      [this, done = telling_manager(std::move(done))](config::LoadResult result, const std::string& reason) {
        boost::asio::post(control_, [this, result = std::move(result), reason, done]() mutable {
          reloaded(std::move(result), reason, std::move(done));
        });
      };
}

void Daemon::reload(const std::string& reason, LiveConfig::Done done) {
  boost::asio::post(control_, [this, reason, done = std::move(done)]() mutable {
    tls_files_.reload(reason);
    if (reloader_) manager_.reloading();
    if (reloader_) return reloader_->load(reason, hand_over(std::move(done)));
    if (done) done(not_applied("paddock is shutting down", {}));
  });
}

void Daemon::reloaded(config::LoadResult result, const std::string& reason, LiveConfig::Done done) {
  if (shutdown_.requested()) return done(not_applied("paddock is shutting down", {}));
  if (!result.config) {
    for (const config::Diagnostic& found : result.diagnostics) spdlog::error("{}", config::format(found));
    spdlog::error("the configuration was not reloaded ({}): everything is as it was", reason);
    live_.reject(result.diagnostics);
    return done(
        not_applied("the configuration has errors, so that everything is as it was", result.diagnostics));
  }
  const Changes changes = changes_between(*live_.config(), *result.config);
  for (const ModelId& model : changes.renewed) facts_.forget(model);
  enforce(std::move(result), [done = std::move(done), changes, reason](const auto& findings) {
    tell(changes, findings, reason);
    done(applied(changes, findings));
  });
}

void Daemon::enforce(config::LoadResult result,
                     std::function<void(const std::vector<config::Diagnostic>&)> done) {
  const config::LogTarget target_before = live_.config()->log_to_stdout;
  live_.accept(std::move(result));
  const std::shared_ptr<const config::Config> config = live_.config();
  logs::set_own_level(log_level(config->log_level));
  logs::set_own_time_format(config->log_time_format);
  hub_.book().set_tail_bytes(config->log_buffer);
  if (config->log_to_stdout != target_before) follow(config->log_to_stdout);
  shutdown_.set_budget(config->shutdown_timeout);
  profile_.keep_only_if_in(*config);
  set_capture_limit();
  recorder_.change(*config);
  monitor_.set(monitor_options(*config));
  check_machine();
  router_.change_models(router_options(config), [this, config, lookup = live_.current().get(),
                                                 findings = live_.findings(), done = std::move(done)] {
    forecasts_.use(config);  // with the router: of what begins before, the old one tells
    server_.change(lookup, server_options(*config, command_), [findings, done] { done(findings); });
  });
}

std::unique_ptr<logs::Follower> Daemon::follow_to_stdout(config::LogTarget target, logs::From from) {
  const logs::Channel* channel = stdout_channel(hub_, target);
  return channel ? std::make_unique<logs::Follower>(*channel, STDOUT_FILENO, from) : nullptr;
}

// The old one may have to wait for a terminal that does not read, which is not this thread's business.
void Daemon::follow(config::LogTarget target) {
  std::shared_ptr<logs::Follower> old = std::move(follower_);
  follower_ = follow_to_stdout(target, logs::From::kNow);
  reloader_->run([old = std::move(old)]() mutable { old.reset(); });
}

// On a thread that nobody waits for: a file system that hangs concerns the models on it only.
void Daemon::check_machine() {
  errands_.run([config = live_.config()]() -> Errands::Done {
    const std::vector<config::Diagnostic> findings = check_commands(*config, ThisMachine());
    return [findings] {
      for (const config::Diagnostic& found : findings) spdlog::warn("{}", config::format(found));
    };
  });
}

LiveConfig::Ask Daemon::ask(Thinker& thinker) {
  return [this, &thinker](Thinker::Question question, Thinker::Answered answered) {
    boost::asio::post(control_,
                      [&thinker, question = std::move(question), answered = std::move(answered)]() mutable {
                        thinker.ask(std::move(question), std::move(answered));
                      });
  };
}

// The job asks for its reload before its turn ends, so that the reloader does not take the change for
// somebody else's first.
ConfigWriter::Wires Daemon::writer_wires() {
  const auto files = [this](ConfigWriter::Job job) {
    boost::asio::post(control_, [this, job = std::move(job)] {
      if (!reloader_) return job({});
      Reloader* const reloader = &*reloader_;
      reloader->run([this, reloader, job] {
        job([this, reloader](LiveConfig::Done done) {
          reloader->load("changed over the API", hand_over(std::move(done)));
        });
      });
    });
  };
  return {ask(texts_), files};
}

}  // namespace paddock::app
