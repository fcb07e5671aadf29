#include "parse.h"

#include "parse_blocks.h"
#include "parse_names.h"
#include "placeholder.h"
#include "reader.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

constexpr Key<Draft> kTopKeys[] = {
    {"healthCheckTimeout", &value<&Draft::health_check_timeout>},
    {"healthCheckTimeoutMax", &value<&Draft::health_check_timeout_max>},
    {"stallTimeout", &value<&Draft::stall_timeout>},
    {"startPort", &value<&Draft::start_port>},
    {"globalTTL", &value<&Draft::global_ttl>},
    {"unloadTimeout", &value<&Draft::unload_timeout>},
    {"shutdownTimeout", &value<&Draft::shutdown_timeout>},
    {"vramReleaseTimeout", &value<&Draft::vram_release_timeout>},
    {"kvCache", &part<&Draft::kv_cache, read_kv_cache>},
    {"prefetch", &value<&Draft::prefetch>},
    {"maxConnections", &value<&Draft::max_connections>},
    {"maxJsonBody", &value<&Draft::max_json_body>},
    {"maxBody", &value<&Draft::max_body>},
    {"bodyMemory", &value<&Draft::body_memory>},
    {"bodyMemoryTotal", &value<&Draft::body_memory_total>},
    {"logLevel", &value<&Draft::log_level>},
    {"macros", &read_elsewhere<Draft>},
    {"models", &read_elsewhere<Draft>},
    {"apiKeys", &part<&Draft::api_keys, read_api_keys>},
    {"cors", &part<&Draft::cors, read_cors>},
    {"admin", &part<&Draft::admin, read_admin>},
    {"allowedHosts", &value<&Draft::allowed_hosts>},
    {"trustedProxies", &value<&Draft::trusted_proxies>},
    {"logRequests", &value<&Draft::log_requests>},
    {"logTimeFormat", &value<&Draft::log_time_format>},
    {"logToStdout", &value<&Draft::log_to_stdout>},
    {"logBuffer", &value<&Draft::log_buffer>},
    {"logVerbosity", &value<&Draft::log_verbosity>},
    {"metricsMaxInMemory", &value<&Draft::metrics_max_in_memory>},
    {"captureBuffer", &value<&Draft::capture_buffer>},
    {"stateDir", &value<&Draft::state_dir>},
    {"store", &part<&Draft::store, read_store>},
    {"ui", &part<&Draft::ui, read_ui>},
    {"performance", &part<&Draft::performance, read_performance>},
    {"sendLoadingState", &value<&Draft::send_loading_state>},
    {"loadingGrace", &value<&Draft::loading_grace>},
    {"includeAliasesInList", &value<&Draft::include_aliases_in_list>},
    {"ollama", &part<&Draft::ollama, read_ollama>},
    {"profiles", &part<&Draft::profiles, read_profiles>},
    {"selectors", &part<&Draft::selectors, read_selectors>},
    {"groups", &read_elsewhere<Draft>},
    {"matrix", &read_elsewhere<Draft>},
    {"routing", &read_elsewhere<Draft>},
    {"hooks", &part<&Draft::hooks, read_hooks>},
    {"peers", &part<&Draft::peers, read_peers>},
    {"upstream", &part<&Draft::upstream, read_upstream>},
};

void parse_models(const Node& models, const Macros& globals, Loading& loading, Draft& draft) {
  if (models.kind == Node::Kind::kNull) return;
  if (models.kind != Node::Kind::kMapping) {
    loading.report.error(
        loading.source.pos(models.offset),
        std::string("'models' must be a mapping of ids to models, not ") + kind_name(models));
    return;
  }
  draft.models.reserve(models.entries.size());
  for (const Entry& entry : models.entries) draft.models.push_back(parse_model(entry, globals, loading));
}

// `defs` and `x-...` are the user's own: places for anchors.
Node without_anchors(const Node& root) {
  Node out;
  out.kind = Node::Kind::kMapping;
  for (const Entry& entry : root.entries) {
    const std::string_view key = entry.key->text;
    if (key != "defs" && !key.starts_with("x-")) out.entries.push_back(entry);
  }
  return out;
}

// A model that is called `${env.NAME}` to the letter is not what was meant.
void warn_of_macros_in_keys(const Node& root, Reader& reader, Report& report) {
  for (const char* key : {"models", "peers", "selectors", "profiles", "groups"}) {
    const Node* names = find_value(root, key);
    if (names == nullptr) continue;
    for (const Entry& entry : names->entries) {
      if (!next_placeholder(entry.key->text, 0)) continue;
      report.warning(reader.pos(*entry.key),
                     "macros are not expanded in the name " + in_quotes(entry.key->text),
                     "write the name itself");
    }
  }
}

}  // namespace

const Node* find_value(const Node& mapping, std::string_view key) {
  for (const Entry& entry : mapping.entries) {
    if (entry.key->text == key) return entry.value;
  }
  return nullptr;
}

Draft parse(const Document& document, Loading& loading) {
  Draft draft;
  if (document.root == nullptr || document.root->kind == Node::Kind::kNull) return draft;
  const Node& root = *document.root;
  if (root.kind != Node::Kind::kMapping) {
    loading.report.error(loading.source.pos(root.offset),
                         std::string("the file must be a mapping of keys, not ") + kind_name(root));
    return draft;
  }
  const Macros globals = read_macros(find_value(root, "macros"), loading);
  Scope scope(loading, globals);
  Reader reader(loading, scope);
  read_mapping<Draft>(reader, without_anchors(root), kTopKeys, draft);
  warn_of_macros_in_keys(root, reader, loading.report);
  draft.routing = parse_routing(root, reader);
  if (const Node* models = find_value(root, "models")) parse_models(*models, globals, loading, draft);
  return draft;
}

}  // namespace paddock::config
