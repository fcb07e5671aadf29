#include "parse.h"

#include "reader.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

// A daemon that does not check keys must not start as if it did.
void refuse_api_keys(Reader& reader, const Entry& entry, Draft&) {
  const Node& keys = *entry.value;
  const bool none =
      keys.kind == Node::Kind::kNull || (keys.kind == Node::Kind::kSequence && keys.items.empty());
  if (none) return;
  reader.error(*entry.key, "'apiKeys' is given, but this build cannot check keys and would let everybody in",
               "remove it only if the port is protected otherwise");
}

constexpr Key<Draft> kTopKeys[] = {
    {"healthCheckTimeout", &value<&Draft::health_check_timeout>},
    {"startPort", &value<&Draft::start_port>},
    {"globalTTL", &value<&Draft::global_ttl>},
    {"unloadTimeout", &value<&Draft::unload_timeout>},
    {"maxConnections", &value<&Draft::max_connections>},
    {"logLevel", &value<&Draft::log_level>},
    {"macros", &read_elsewhere<Draft>},
    {"models", &read_elsewhere<Draft>},
    {"apiKeys", &refuse_api_keys},
    {"logRequests"},
    {"logTimeFormat"},
    {"logToStdout"},
    {"metricsMaxInMemory"},
    {"captureBuffer"},
    {"store"},
    {"ui"},
    {"performance"},
    {"sendLoadingState"},
    {"includeAliasesInList"},
    {"profiles"},
    {"selectors"},
    {"groups"},
    {"matrix"},
    {"routing"},
    {"hooks"},
    {"peers"},
    {"upstream"},
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
  read_mapping<Draft>(reader, root, kTopKeys, draft);
  if (const Node* models = find_value(root, "models")) parse_models(*models, globals, loading, draft);
  return draft;
}

}  // namespace paddock::config
