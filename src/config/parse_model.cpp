#include "parse.h"
#include "parse_blocks.h"
#include "reader.h"
#include "report.h"

namespace paddock::config {

namespace {

void command(Reader& reader, const Entry& entry, ModelDraft& model) {
  reader.read_command(entry, model.cmd, PortUse::kYes);
}

void stop_command(Reader& reader, const Entry& entry, ModelDraft& model) {
  reader.read_command(entry, model.cmd_stop, PortUse::kStop);
}

void metadata(Reader& reader, const Entry& entry, ModelDraft& model) {
  reader.read_object(entry, model.metadata);
}

constexpr Key<ModelDraft> kModelKeys[] = {
    {"cmd", &command},
    {"env", &port_value<&ModelDraft::env>},
    {"proxy", &port_value<&ModelDraft::proxy>},
    {"checkEndpoint", &value<&ModelDraft::check_endpoint>},
    {"ttl", &value<&ModelDraft::ttl>},
    {"unloadTimeout", &value<&ModelDraft::unload_timeout>},
    {"aliases", &value<&ModelDraft::aliases>},
    {"name", &value<&ModelDraft::name>},
    {"description", &value<&ModelDraft::description>},
    {"unlisted", &value<&ModelDraft::unlisted>},
    {"useModelName", &value<&ModelDraft::use_model_name>},
    {"macros", &read_elsewhere<ModelDraft>},
    {"cmdStop", &stop_command},
    {"cmdStopTimeout", &value<&ModelDraft::stop_timeout>},
    {"detached", &value<&ModelDraft::detached>},
    {"forwardAuth", &value<&ModelDraft::forward_auth>},
    {"concurrencyLimit", &value<&ModelDraft::concurrency_limit>},
    {"priority", &value<&ModelDraft::priority>},
    {"queueLimit", &value<&ModelDraft::queue_limit>},
    {"pin", &value<&ModelDraft::pin>},
    {"filters", &part<&ModelDraft::filters, read_filters>},
    {"metadata", &metadata},
    {"sendLoadingState", &value<&ModelDraft::send_loading_state>},
    {"logVerbosity", &value<&ModelDraft::log_verbosity>},
    {"onDisconnect", &value<&ModelDraft::on_disconnect>},
    {"timeouts", &part<&ModelDraft::timeouts, read_timeouts>},
    {"compat", &part<&ModelDraft::compat, read_compat>},
    {"capabilities", &part<&ModelDraft::capabilities, read_capabilities>},
    {"healthCheckTimeout", &value<&ModelDraft::health_check_timeout>},
    {"healthCheckTimeoutMax", &value<&ModelDraft::health_check_timeout_max>},
    {"kvCache", &part<&ModelDraft::kv_cache, read_kv_cache>},
    {"stallTimeout", &value<&ModelDraft::stall_timeout>},
};

}  // namespace

ModelDraft parse_model(const Entry& entry, const Macros& globals, Loading& loading) {
  const Node* own_mapping =
      entry.value->kind == Node::Kind::kMapping ? find_value(*entry.value, "macros") : nullptr;
  const Macros own = read_macros(own_mapping, loading);
  Scope scope(loading, globals, own, entry.key->text);
  Reader reader(loading, scope);
  ModelDraft model;
  model.id = {entry.key->text, reader.pos(*entry.key)};
  if (entry.value->kind == Node::Kind::kMapping) {
    read_mapping<ModelDraft>(reader, *entry.value, kModelKeys, model);
  } else if (entry.value->kind != Node::Kind::kNull) {
    model.cmd.key = model.id.pos;  // one finding is enough
    model.cmd.broken = true;
    reader.error(*entry.value, "model " + in_quotes(entry.key->text) + " must be a mapping, not " +
                                   kind_name(*entry.value));
  }
  return model;
}

}  // namespace paddock::config
