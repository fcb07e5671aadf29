// Bench: the handlers of one configuration on a real Router, without sockets. A call puts a request in and
// turns the control context until the answer is there or nothing more can happen.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "fake_launcher.h"
#include "paddock/api/api.h"
#include "paddock/config/lookup.h"
#include "paddock/vram/cards.h"
#include "paddock/vram/monitor.h"

namespace paddock::api {

struct Captured final : http::Responder::Target {
  std::optional<http::Reply> answer;
  std::unique_ptr<http::ByteSource> source;  // of a stream
  int calls = 0;

  void reply(http::Reply reply) noexcept override {
    ++calls;
    answer = std::move(reply);
  }
  void stream(http::Reply head, std::unique_ptr<http::ByteSource> body) noexcept override {
    reply(std::move(head));
    source = std::move(body);
  }
};

inline config::ModelConfig make_model(const std::string& id) {
  config::ModelConfig model;
  model.id = ModelId(id);
  model.cmd = {"server --port ${PORT}"};
  model.argv = {{"server"}, {"--port"}, {"${PORT}"}};
  model.env = {{"TOKEN=hunter2"}};
  model.proxy = {"http://127.0.0.1:${PORT}"};
  return model;
}

// `b` has an alias, `org/m` a slash and all its texts, `hidden` is unlisted.
inline std::shared_ptr<const config::Config> make_config() {
  config::Config config;
  config.models = {make_model("b"), make_model("org/m"), make_model("a"), make_model("hidden")};
  config.models[0].aliases = {"bee"};
  config.models[1].name = "The M";
  config.models[1].description = "from org";
  config.models[1].ttl = std::chrono::seconds(60);
  config.models[3].unlisted = true;
  return std::make_shared<const config::Config>(std::move(config));
}

// A desk where nothing changes.
class FakeDesk final : public ConfigDesk {
 public:
  std::string description() const override { return "{\"files\":[]}\n"; }
  void reload(std::function<void(Reloaded)> done) override { done(answer); }
  void check(std::string text, Answered answered) override {
    checked = std::move(text);
    answered(thought);
  }
  void together(Answered answered) override { answered(thought); }
  void file(Replied replied) override { replied(file_reply); }
  void write(std::string text, std::string if_match, Replied replied) override {
    checked = if_match + " " + text;
    replied(file_reply);
  }

  Reloaded answer{true, "{\"reloaded\":true}\n"};
  std::optional<std::string> thought = "{}\n";
  std::string checked;
  http::Reply file_reply{412, "text/plain", "hm\n", {}};
};

// Of every model the same, or nothing yet.
class FakeForecasts final : public ForecastDesk {
 public:
  std::shared_ptr<const Forecast> of(const ModelId&) const override { return answer; }
  std::shared_ptr<const Forecast> of_launch(const ModelId&) const override { return of_live; }

  std::shared_ptr<const Forecast> answer, of_live;
};

class Bench {
 public:
  Bench() : Bench(make_config()) {}
  explicit Bench(std::shared_ptr<const config::Config> config)
      : lookup(std::make_shared<config::Lookup>(std::move(config))),
        current(lookup),
        router_(io_, router_options()) {
    register_routes(routes, {.config = current,
                             .desk = desk,
                             .router = router_,
                             .hub = hub,
                             .in_flight = in_flight,
                             .profile = profile,
                             .facts = facts,
                             .captures = captures,
                             .fits = fits,
                             .events = events,
                             .metering = {activity, counters, machine, [this] { return gpus; }},
                             .forecasts = forecasts,
                             .cards = cards,
                             .monitor = monitor,
                             .version = "1.2.3",
                             .commit = "abcdef"});
    EXPECT_TRUE(activity.open());
  }
  ~Bench() { turn(); }

  std::shared_ptr<Captured> start(const std::string& method, const std::string& target,
                                  http::Headers headers = {}, std::string body = {}) {
    const auto captured = std::make_shared<Captured>();
    http::Request request;
    request.method = method;
    request.target = target;
    request.path = target.substr(0, target.find('?'));
    if (target.size() > request.path.size()) request.query = target.substr(request.path.size() + 1);
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.caller = caller;
    const auto match = routes.find(method, request.path);
    if (!match.route || !match.route->handler) {
      ADD_FAILURE() << "no control route for " << method << " " << target;
    } else {
      match.route->handler(request, http::Responder(captured));
    }
    turn();
    return captured;
  }

  http::Reply call(const std::string& method, const std::string& target, http::Headers headers = {},
                   std::string body = {}) {
    const auto captured = start(method, target, std::move(headers), std::move(body));
    EXPECT_EQ(captured->calls, 1) << method << " " << target;
    return captured->answer.value_or(http::Reply{0, "", "null", {}});
  }

  nlohmann::json json(const std::string& method, const std::string& target, std::string body = {}) {
    return nlohmann::json::parse(call(method, target, {}, std::move(body)).body);
  }

  // "404 model_not_found"
  std::string error(const std::string& method, const std::string& target, std::string sent = {}) {
    const http::Reply reply = call(method, target, {}, std::move(sent));
    const auto body = nlohmann::json::parse(reply.body, nullptr, false);
    const auto code =
        body.is_object() && body.contains("error") ? body["error"]["code"].get<std::string>() : "-";
    return std::to_string(reply.status) + " " + code;
  }

  // Turns it until that is so, or for so long.
  template <class Condition>
  bool turn_until(Condition condition, Duration time = std::chrono::seconds(10)) {
    const TimePoint deadline = steady_now() + time;
    while (!condition() && steady_now() < deadline) {
      io_.restart();
      io_.run_one_until(deadline);
    }
    return condition();
  }

  void turn() {
    io_.restart();
    io_.poll();
  }

  const router::Router& router() const { return router_; }
  router::Router& router() { return router_; }

 private:
  router::Options router_options() {
    router::Options options;
    for (const config::ModelConfig& model : lookup->config().models) {
      router::ModelOptions entry;
      entry.id = model.id;
      entry.ttl = model.ttl;
      entry.pinned = model.id == ModelId("pinned");
      entry.bind = [id = model.id](int port) {
        process::SpawnSpec spec;
        spec.model = id;
        spec.argv = {"server", "--port", std::to_string(port)};
        spec.endpoint = {"127.0.0.1", port, ""};
        return spec;
      };
      options.models.push_back(std::move(entry));
    }
    options.make_launcher = [this](process::Listener& listener) {
      return std::make_unique<FakeLauncher>(io_, listener, script);
    };
    return options;
  }

  boost::asio::io_context io_;

 public:
  LaunchScript script;
  logs::Hub hub;
  const std::shared_ptr<const config::Lookup> lookup;
  config::Current current;
  FakeDesk desk;
  http::InFlight in_flight{2};
  http::ActiveProfile profile;
  http::UpstreamFacts facts;
  http::Captures captures;
  fit::Judgements fits;
  store::Activity activity{{}};
  metrics::Counters counters;
  metrics::MachineReader machine{"/nowhere"};
  std::vector<metrics::GpuNow> gpus;
  FakeForecasts forecasts;
  gpu::Sampler sampler{io_, nullptr};
  vram::Cards cards{io_, sampler, "none"};
  vram::Monitor monitor{io_, cards, {}};
  http::RouteTable routes;
  http::Caller caller;  // of all requests

 private:
  router::Router router_;

 public:
  EventFeed events{io_, {current, router_, in_flight, profile, facts, fits, forecasts, cards, "1.2.3"}};
};

}  // namespace paddock::api
