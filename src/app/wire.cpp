#include "wire.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "changes.h"
#include "endpoint_url.h"
#include "injected.h"
#include "paddock/base/text.h"
#include "slot_care.h"
#include "wire_routing.h"

namespace paddock::app {

namespace {

constexpr std::uint64_t kKeptDescriptors = 256;
constexpr std::uint64_t kMostConnections = 65536;

using Bind = std::string (config::PortText::*)(int port) const;

std::vector<std::string> bind_all(const std::vector<config::PortText>& texts, int port,
                                  Bind bind = &config::PortText::bind) {
  std::vector<std::string> bound;
  bound.reserve(texts.size());
  for (const config::PortText& text : texts) bound.push_back((text.*bind)(port));
  return bound;
}

process::SpawnSpec bind_model(const config::Config& config, const config::ModelConfig& model, int port) {
  process::SpawnSpec spec;
  spec.model = model.id;
  spec.argv = bind_all(model.argv, port);
  spec.shown = bind_all(model.argv, port, &config::PortText::bind_shown);
  spec.injected = injected_environment(model, [](const char* name) { return std::getenv(name) != nullptr; });
  if (std::string folder = slot_variable(config, model); !folder.empty()) {
    spec.injected.push_back(std::move(folder));
  }
  spec.env = spec.injected;
  for (std::string& variable : bind_all(model.env, port)) spec.env.push_back(std::move(variable));
  spec.endpoint = split_url(model.proxy.bind(port));
  spec.check_path = model.check_endpoint;
  spec.start_timeout = model.health_check_timeout;
  spec.start_timeout_max = model.health_check_timeout_max;
  spec.stop_argv = bind_all(model.stop_argv, port);
  spec.stop_timeout = model.stop_timeout;
  spec.stop_grace = model.unload_timeout;
  spec.detached = model.detached;
  return spec;
}

bool uses_port(const config::ModelConfig& model) {
  const auto uses = [](const config::PortText& text) { return text.uses_port(); };
  return uses(model.proxy) || std::any_of(model.argv.begin(), model.argv.end(), uses) ||
         std::any_of(model.env.begin(), model.env.end(), uses);
}

router::ModelOptions model_options(const std::shared_ptr<const config::Config>& config,
                                   const config::ModelConfig& model) {
  router::ModelOptions options;
  options.id = model.id;
  options.ttl = model.ttl;
  options.unload_grace = model.unload_timeout;
  if (!model.stop_argv.empty()) options.unload_grace += model.stop_timeout;
  options.stall_timeout = model.stall_timeout;
  options.priority = model.priority;
  options.concurrency_limit = std::max(model.concurrency_limit, 0);
  options.queue_limit = model.queue_limit;
  options.pinned = model.pin;
  options.uses_port = uses_port(model);
  options.launch = launch_of(model);
  // The model lives inside the configuration, which the closure keeps.
  options.bind = [config, &model](int port) { return bind_model(*config, model, port); };
  return options;
}

std::uint64_t descriptor_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

}  // namespace

logs::Level log_level(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::kDebug:
      return logs::Level::kDebug;
    case config::LogLevel::kInfo:
      return logs::Level::kInfo;
    case config::LogLevel::kWarn:
      return logs::Level::kWarn;
    case config::LogLevel::kError:
      return logs::Level::kError;
  }
  return logs::Level::kInfo;
}

logs::Hub::Options log_options(const config::Config& config) {
  logs::Hub::Options options;
  options.book.tail_bytes = config.log_buffer;
  // Microseconds: above all ids of an earlier daemon, and exact in a double.
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  options.book.first_id =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::microseconds>(now).count());
  return options;
}

const logs::Channel* stdout_channel(logs::Hub& hub, config::LogTarget target) {
  switch (target) {
    case config::LogTarget::kOwn:
      return &hub.proxy();
    case config::LogTarget::kUpstream:
      return &hub.upstream();
    case config::LogTarget::kBoth:
      return &hub.combined();
    case config::LogTarget::kNone:
      return nullptr;
  }
  return nullptr;
}

router::Options router_options(const std::shared_ptr<const config::Config>& config) {
  router::Options options;
  options.start_port = config->start_port;
  options.policy = policy_of(*config);
  options.max_wait = config->routing.max_wait;
  options.min_residency = config->routing.min_residency;
  for (const config::ModelConfig& model : config->models)
    options.models.push_back(model_options(config, model));
  return options;
}

vram::Options release_options(const config::Config& config, const ServeCommand& command) {
  vram::Options options;
  options.limit = config.vram_release_timeout;
  options.must_read = command.gpu_source != "auto";
  return options;
}

vram::MonitorOptions monitor_options(const config::Config& config) {
  return {config.performance.disabled, config.performance.every};
}

namespace {

http::PeerOptions peer_options(const config::Peer& peer) {
  constexpr std::string_view kHttps = "https://";
  http::PeerOptions options;
  options.id = peer.id;
  options.tls = iequals(std::string_view(peer.proxy).substr(0, kHttps.size()), kHttps);
  process::Endpoint endpoint = split_url(peer.proxy, options.tls ? 443 : 80);
  options.host = std::move(endpoint.host);
  options.port = endpoint.port;
  options.base_path = std::move(endpoint.base_path);
  options.api_key = peer.api_key;
  options.forward_auth = peer.forward_auth;
  return options;
}

}  // namespace

http::ServerOptions server_options(const config::Config& config, const ServeCommand& command) {
  http::ServerOptions options;
  options.host = command.listen.host;
  options.port = command.listen.port;
  options.access = config.access;
  for (const config::Peer& peer : config.peers) options.peers.push_back(peer_options(peer));
  options.max_connections =
      config.max_connections > 0 ? config.max_connections : connections_for(descriptor_limit());
  return options;
}

int connections_for(std::uint64_t descriptors) {
  // Few descriptors at all: better a handful of clients than none.
  constexpr std::uint64_t kLeast = 16;
  const std::uint64_t free = descriptors > kKeptDescriptors ? descriptors - kKeptDescriptors : 0;
  return static_cast<int>(std::clamp(free / 2, kLeast, kMostConnections));
}

}  // namespace paddock::app
