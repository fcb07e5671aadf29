#include "model_view.h"

#include <string>
#include <utility>

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;
using namespace config;

void put_unless_empty(Json& block, const char* key, const std::string& text) {
  if (!text.empty()) block[key] = text;
}

void put_commands(Json& block, const ModelConfig& model) {
  block["cmd"] = model.cmd.shown();
  put_unless_empty(block, "cmdStop", model.cmd_stop.shown());
  for (const PortText& entry : model.env) block["env"].push_back(entry.shown());
}

void put_endpoint(Json& block, const ModelConfig& model) {
  block["proxy"] = model.proxy.shown();
  block["checkEndpoint"] = model.check_endpoint.empty() ? "none" : model.check_endpoint;
  block["timeouts"] = view_of(model.timeouts);
  block["compat"]["ignoreWebsockets"] = model.ignore_websockets;
}

void put_names(Json& block, const ModelConfig& model) {
  put_unless_empty(block, "name", model.name);
  put_unless_empty(block, "description", model.description);
  if (!model.aliases.empty()) block["aliases"] = model.aliases;
  block["unlisted"] = model.unlisted;
  put_unless_empty(block, "useModelName", model.use_model_name);
}

void put_life(Json& block, const ModelConfig& model) {
  block["healthCheckTimeout"] = model.health_check_timeout.count();
  block["healthCheckTimeoutMax"] = model.health_check_timeout_max.count();
  block["stallTimeout"] = model.stall_timeout.count();
  block["ttl"] = model.ttl.count();
  block["unloadTimeout"] = model.unload_timeout.count();
  if (!model.stop_argv.empty()) block["cmdStopTimeout"] = model.stop_timeout.count();
  if (model.detached) block["detached"] = true;
  if (model.forward_auth) block["forwardAuth"] = true;
  block["concurrencyLimit"] = model.concurrency_limit;
  block["priority"] = model.priority;
  block["queueLimit"] = model.queue_limit;
  block["pin"] = model.pin;
  block["sendLoadingState"] = model.send_loading_state;
  block["logVerbosity"] = model.log_verbosity == config::LogVerbosity::kKeep ? "keep" : "auto";
  block["onDisconnect"] = model.on_disconnect == config::OnDisconnect::kDrain ? "drain" : "cancel";
}

Json capabilities_view(const Capabilities& capabilities) {
  Json block = Json::object();
  if (!capabilities.in.empty()) block["in"] = capabilities.in;
  if (!capabilities.out.empty()) block["out"] = capabilities.out;
  block["tools"] = capabilities.tools;
  block["reranker"] = capabilities.reranker;
  block["context"] = capabilities.context;
  return block;
}

Json params_view(const std::vector<Filters::Param>& params) {
  Json block = Json::object();
  for (const Filters::Param& param : params) block[param.name] = parsed(param.value);
  return block;
}

}  // namespace

Json parsed(const JsonText& text) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? Json(text) : value;
}

Json view_of(const Filters& filters) {
  Json block = Json::object();
  std::string strip;
  for (const std::string& name : filters.strip_params) strip += (strip.empty() ? "" : ", ") + name;
  put_unless_empty(block, "stripParams", strip);
  if (!filters.set_params.empty()) block["setParams"] = params_view(filters.set_params);
  for (const Filters::ById& one : filters.set_params_by_id) {
    block["setParamsByID"][one.name] = params_view(one.params);
  }
  return block;
}

Json view_of(const Timeouts& timeouts) {
  return {{"connect", timeouts.connect.count()},
          {"keepalive", timeouts.keepalive.count()},
          {"responseHeader", timeouts.response_header.count()},
          {"tlsHandshake", timeouts.tls_handshake.count()},
          {"expectContinue", timeouts.expect_continue.count()},
          {"idleConn", timeouts.idle_connection.count()}};
}

Json view_of(const ModelConfig& model) {
  Json block = Json::object();
  put_commands(block, model);
  put_endpoint(block, model);
  put_names(block, model);
  put_life(block, model);
  if (Json filters = view_of(model.filters); !filters.empty()) block["filters"] = std::move(filters);
  block["capabilities"] = capabilities_view(model.capabilities);
  if (!model.metadata.empty()) block["metadata"] = parsed(model.metadata);
  return block;
}

}  // namespace paddock::app
