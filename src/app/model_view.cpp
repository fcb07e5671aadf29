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
  block["kvCache"] = view_of(model.kv_cache);
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

std::string duration(std::chrono::nanoseconds time) {
  using namespace std::chrono;
  if (time % seconds(1) == nanoseconds(0)) return std::to_string(duration_cast<seconds>(time).count()) + "s";
  if (time % milliseconds(1) == nanoseconds(0)) {
    return std::to_string(duration_cast<milliseconds>(time).count()) + "ms";
  }
  return std::to_string(time.count()) + "ns";
}

// As a size is written in the file: 64MiB, 1000.
std::string size(std::uint64_t bytes) {
  constexpr std::pair<unsigned, const char*> kUnits[] = {{30, "GiB"}, {20, "MiB"}, {10, "KiB"}};
  for (const auto& [shift, unit] : kUnits) {
    if (bytes > 0 && bytes % (std::uint64_t{1} << shift) == 0) return std::to_string(bytes >> shift) + unit;
  }
  return std::to_string(bytes);
}

Json view_of(const config::KvCache& kv_cache) {
  static constexpr const char* kSave[] = {"off", "auto", "on"};
  Json block;
  block["save"] = kSave[static_cast<int>(kv_cache.save)];
  put_unless_empty(block, "dir", kv_cache.dir);
  block["minTokens"] = kv_cache.min_tokens;
  block["maxDisk"] = size(kv_cache.max_disk);
  block["maxAge"] = duration(kv_cache.max_age);
  block["timeout"] = duration(kv_cache.timeout);
  return block;
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
