#include "config_view.h"

#include <string>
#include <utility>
#include <variant>

#include "model_view.h"
#include "paddock/config/mask.h"
#include "secret_paths.h"

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;
using namespace config;

void put_unless_empty(Json& block, const char* key, const std::string& text) {
  if (!text.empty()) block[key] = text;
}

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

const char* name_of(LogTarget target) {
  switch (target) {
    case LogTarget::kOwn:
      return "proxy";
    case LogTarget::kUpstream:
      return "upstream";
    case LogTarget::kBoth:
      return "both";
    case LogTarget::kNone:
      return "none";
  }
  return "proxy";
}

const char* name_of(config::LogVerbosity verbosity) {
  return verbosity == config::LogVerbosity::kKeep ? "keep" : "auto";
}

const char* name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::kPin:
      return "pin";
    case Strategy::kWarm:
      return "warm";
    case Strategy::kSpillover:
      return "spillover";
  }
  return "pin";
}

// As a duration is written in the file: 5s, 1500ms.
void put_bodies(Json& root, const config::BodyLimits& bodies) {
  root["maxJsonBody"] = size(bodies.json);
  root["maxBody"] = size(bodies.largest);
  root["bodyMemory"] = size(bodies.memory);
  root["bodyMemoryTotal"] = size(bodies.memory_total);
}

void put_logging(Json& root, const Config& config) {
  root["logLevel"] = name_of(config.log_level);
  root["logToStdout"] = name_of(config.log_to_stdout);
  root["logVerbosity"] = name_of(config.log_verbosity);
  put_unless_empty(root, "logTimeFormat", config.log_time_format);
  root["logBuffer"] = size(config.log_buffer);
}

void put_limits(Json& root, const Config& config) {
  root["healthCheckTimeout"] = config.health_check_timeout.count();
  root["healthCheckTimeoutMax"] = config.health_check_timeout_max.count();
  root["stallTimeout"] = config.stall_timeout.count();
  root["startPort"] = config.start_port;
  root["shutdownTimeout"] = config.shutdown_timeout.count();
  root["vramReleaseTimeout"] = config.vram_release_timeout.count();
  root["kvCache"] = view_of(config.kv_cache);
  root["prefetch"] = config.prefetch ? "auto" : "off";
  root["maxConnections"] = config.max_connections;
  put_bodies(root, config.bodies);
  root["loadingGrace"] = duration(config.loading_grace);
  root["includeAliasesInList"] = config.include_aliases_in_list;
  root["ollama"]["enabled"] = config.ollama;
  put_unless_empty(root, "stateDir", config.state_dir);
}

Json roles_view(const config::Roles& roles) {
  Json list = Json::array();
  if (roles.infer) list.push_back("infer");
  if (roles.observe) list.push_back("observe");
  if (roles.admin) list.push_back("admin");
  return list;
}

// Not even how long a key is.
Json key_view(const config::ApiKey& key) {
  if (key == config::ApiKey{key.key}) return config::kMask;
  Json view = {{"key", config::kMask}};
  put_unless_empty(view, "name", key.name);
  view["roles"] = roles_view(key.roles);
  if (!key.models.empty()) view["models"] = key.models;
  return view;
}

void put_access(Json& root, const config::Access& access) {
  for (const config::ApiKey& key : access.api_keys) root["apiKeys"].push_back(key_view(key));
  if (!access.cors_origins.empty()) root["cors"]["origins"] = access.cors_origins;
  if (!access.allowed_hosts.empty()) root["allowedHosts"] = access.allowed_hosts;
  if (!access.trusted_proxies.empty()) root["trustedProxies"] = access.trusted_proxies;
  if (access.config_write) root["admin"]["config_write"] = true;
}

void put_activity(Json& root, const Config& config) {
  root["metricsMaxInMemory"] = config.metrics_max_in_memory;
  root["captureBuffer"] = config.capture_buffer;
  if (!config.store_path.empty()) root["store"]["path"] = config.store_path;
  root["ui"]["activity"]["session_id"] = config.session_id_headers;
  root["performance"]["disabled"] = config.performance.disabled;
  root["performance"]["every"] = duration(config.performance.every);
}

Json group_view(const Group& group) {
  Json block = {{"swap", group.swap}, {"exclusive", group.exclusive}, {"persistent", group.persistent}};
  Json members = Json::array();
  for (const ModelId& member : group.members) members.push_back(member.str());
  block["members"] = std::move(members);
  return block;
}

void put_router(Json& router, const Groups& groups) {
  router["use"] = "group";
  for (const Group& group : groups.groups) {
    if (group.name != "(default)") router["settings"]["groups"][group.name] = group_view(group);
  }
}

void put_router(Json& router, const Matrix& matrix) {
  router["use"] = "matrix";
  Json& block = router["settings"]["matrix"];
  for (const Matrix::Var& var : matrix.vars) block["vars"][var.name] = var.model.str();
  for (const Matrix::Cost& cost : matrix.costs) block["evict_costs"][cost.model.str()] = cost.cost;
  for (const Matrix::Set& set : matrix.sets) block["sets"][set.name] = set.expression;
}

void put_routing(Json& root, const Config& config) {
  Json& routing = root["routing"];
  std::visit([&](const auto& router) { put_router(routing["router"], router); }, config.routing.router);
  Json& fair = routing["scheduler"]["settings"]["fair"];
  fair["maxWait"] = duration(config.routing.max_wait);
  fair["minResidency"] = duration(config.routing.min_residency);
}

void put_hooks(Json& root, const Config& config) {
  for (const ModelId& model : config.preload) root["hooks"]["on_startup"]["preload"].push_back(model.str());
}

void put_peers(Json& root, const Config& config) {
  for (const Peer& peer : config.peers) {
    Json& block = root["peers"][peer.id];
    block["proxy"] = peer.proxy;
    block["models"] = peer.models;
    if (!peer.api_key.empty()) block["apiKey"] = config::kMask;
    if (peer.forward_auth) block["forwardAuth"] = true;
    if (Json filters = view_of(peer.filters); !filters.empty()) block["filters"] = std::move(filters);
    block["timeouts"] = view_of(peer.timeouts);
  }
}

void put_selectors(Json& root, const Config& config) {
  for (const Selector& selector : config.selectors) {
    Json& block = root["selectors"][selector.id];
    block["strategy"] = name_of(selector.strategy);
    block["targets"] = selector.targets;
    if (!selector.failover.empty()) block["failover"] = selector.failover;
    if (selector.strategy == Strategy::kSpillover) block["settings"]["spillover"] = selector.spillover;
    put_unless_empty(block, "name", selector.name);
    put_unless_empty(block, "description", selector.description);
    block["unlisted"] = selector.unlisted;
    if (!selector.metadata.empty()) block["metadata"] = parsed(selector.metadata);
  }
}

void put_profiles(Json& root, const Config& config) {
  for (const Profile& profile : config.profiles) {
    Json& block = root["profiles"][profile.name];
    put_unless_empty(block, "description", profile.description);
    for (const Profile::Pin& pin : profile.pins) block["pins"][pin.name] = pin.target;
  }
}

void put_models(Json& root, const Config& config) {
  for (const ModelConfig& model : config.models) root["models"][model.id.str()] = view_of(model);
}

}  // namespace

Json view_of(const Config& config) {
  Json root = Json::object();
  put_logging(root, config);
  put_limits(root, config);
  put_access(root, config.access);
  put_activity(root, config);
  if (!config.ignore_paths.empty()) root["upstream"]["ignorePaths"] = config.ignore_paths;
  put_models(root, config);
  put_routing(root, config);
  put_hooks(root, config);
  put_peers(root, config);
  put_selectors(root, config);
  put_profiles(root, config);
  mask_paths(root, config.secret_paths);
  return root;
}

}  // namespace paddock::app
