#include "model_view.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "forecast_view.h"
#include "or_null.h"
#include "paddock/base/wall_time.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

Json positive_or_null(int number) { return number > 0 ? Json(number) : Json(); }

Json time_or_null(const std::optional<router::WallTime>& time) {
  return time ? Json(rfc3339(*time)) : Json();
}

Json failure_json(const router::LaunchStatus& launch) {
  if (launch.failure.kind.empty()) return nullptr;
  Json json;
  json["class"] = launch.failure.kind;
  json["exit"] = or_null(launch.failure.exit);
  json["signal"] = or_null(launch.failure.signal);
  json["line"] = or_null(launch.failure.line);
  json["message"] = launch.message;
  return json;
}

Json load_ms(const router::LaunchStatus& launch) {
  if (!launch.ready) return nullptr;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*launch.ready - launch.started).count();
}

Json injected_json(const router::LaunchStatus& launch) {
  Json json = Json::object();
  for (const std::string& variable : launch.injected) {
    const std::size_t sign = variable.find('=');
    json[variable.substr(0, sign)] = variable.substr(sign + 1);
  }
  return json;
}

Json launch_json(const router::LaunchStatus& launch) {
  Json json;
  json["id"] = launch.generation.value;
  json["generation"] = launch.generation.value;
  json["cmd"] = launch.cmd;
  json["port"] = positive_or_null(launch.port);
  json["pid"] = positive_or_null(launch.pid);
  json["started"] = rfc3339(launch.started);
  json["ready"] = time_or_null(launch.ready);
  json["ended"] = time_or_null(launch.ended);
  json["load_ms"] = load_ms(launch);
  json["reason"] = launch.reason;
  json["exit"] = or_null(launch.exit);
  json["signal"] = or_null(launch.signal);
  json["class"] = or_null(launch.failure.kind);
  json["line"] = or_null(launch.failure.line);
  json["failure"] = failure_json(launch);
  json["injected"] = injected_json(launch);
  return json;
}

// Whether its last launch fits, in short (fit_view.h); before one was judged, what is foreseen.
Json fit_json(const ModelId& model, const router::ModelStatus& now, const Insight& insight) {
  const auto last = insight.fits.of(model);
  // What is free while it is there says nothing about it.
  auto forecast = now.state == router::ModelState::kStopped ? insight.forecasts.of(model) : nullptr;
  if (forecast && std::string_view(forecast->source) == "none") forecast = nullptr;
  if (!last && !forecast) return nullptr;
  Json json;
  json["verdict"] = last ? Json(fit::name_of(last->verdict.word)) : Json();
  json["sentence"] = last ? last->verdict.sentence : forecast->sentence;
  json["launch"] = last ? Json(last->launch.value) : Json();
  json["forecast"] = forecast_summary(forecast.get());
  return json;
}

Json loading_json(const std::optional<router::Loading>& loading) {
  if (!loading) return nullptr;
  Json json;
  json["stage"] = loading->stage;
  json["percent"] = or_null(loading->percent);
  json["elapsed_s"] = loading->elapsed.count();
  json["expected_s"] = loading->expected ? Json(loading->expected->count()) : Json();
  return json;
}

Json model_json(const config::ModelConfig& model, const router::ModelStatus& now, const Insight& insight) {
  Json json;
  json["id"] = model.id.str();
  json["name"] = model.name;
  json["description"] = model.description;
  json["aliases"] = model.aliases;
  json["unlisted"] = model.unlisted;
  json["state"] = router::state_name(now.state);
  json["draining"] = now.draining;
  json["loading"] = loading_json(now.loading);
  json["in_flight"] = now.in_flight;
  json["waiting"] = now.waiting;
  json["ttl"] = model.ttl.count();
  json["unloads_at"] = now.unloads ? Json(rfc3339(wall_time(*now.unloads))) : Json();
  json["cmd"] = model.cmd.shown();
  json["proxy"] = model.proxy.shown();
  json["launch"] = now.launches.empty() ? Json() : launch_json(now.launches.front());
  json["fit"] = fit_json(model.id, now, insight);
  return json;
}

Json model_json(const config::ModelConfig& model, const router::Status& status, const Insight& insight) {
  const router::ModelStatus* found = status.find(model.id);
  return model_json(model, found ? *found : router::ModelStatus(), insight);
}

// Commands come from a file and lines from a model's log; neither need be UTF-8.
std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Insight insight_of(const Deps& deps) { return {deps.fits, deps.forecasts}; }

std::string models_body(const config::Config& config, const router::Status& status, const Insight& insight) {
  Json list = Json::array();
  for (const config::ModelConfig& model : config.models) list.push_back(model_json(model, status, insight));
  Json json;
  json["models"] = std::move(list);
  return text(json);
}

std::string model_body(const config::ModelConfig& model, const router::Status& status,
                       const Insight& insight) {
  return text(model_json(model, status, insight));
}

std::string model_part(const config::ModelConfig& model, const router::ModelStatus& status,
                       const Insight& insight) {
  std::string out = text(model_json(model, status, insight));
  out.pop_back();  // the line's end
  return out;
}

std::string verb_body(const config::ModelConfig& model, const router::Status& status,
                      const Insight& insight) {
  Json json;
  json["model"] = model_json(model, status, insight);
  return text(json);
}

namespace {

std::string launches(const config::ModelConfig& model, const router::Status& status, bool with_log) {
  Json list = Json::array();
  if (const router::ModelStatus* found = status.find(model.id)) {
    for (const router::LaunchStatus& launch : found->launches) {
      list.push_back(launch_json(launch));
      if (with_log) list.back()["tail"] = launch.tail;
    }
  }
  Json json;
  json["launches"] = std::move(list);
  return text(json);
}

}  // namespace

std::string launches_body(const config::ModelConfig& model, const router::Status& status) {
  return launches(model, status, true);
}

std::string launches_without_log(const config::ModelConfig& model, const router::Status& status) {
  return launches(model, status, false);
}

}  // namespace paddock::api
