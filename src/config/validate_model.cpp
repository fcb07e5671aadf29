#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_set>

#include "endpoint.h"
#include "mask_text.h"
#include "paddock/base/text.h"
#include "paddock/config/command.h"
#include "report.h"
#include "validate.h"
#include "validate_parts.h"

namespace paddock::config {

namespace {

using std::chrono::seconds;

constexpr std::string_view kDefaultProxy = "http://localhost:${PORT}";

std::string text_of(const Field<Text>& field) {
  return field.value ? field.value->value.value : std::string();
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The control routes put a verb behind the id: /api/models/<id>/load.
void check_id(const Located<std::string>& id, Report& report) {
  if (id.value.empty()) return report.error(id.pos, "a model's id is empty");
  if (id.value == "unload") {
    return report.warning(id.pos, "id 'unload' is also the name of a control route, which wins",
                          "give the model another id");
  }
  for (const char* verb : {"/load", "/unload", "/cancel", "/restart", "/launches"}) {
    if (ends_with(id.value, verb)) {
      report.warning(id.pos, "id " + in_quotes(id.value) + " ends like a control route, which wins",
                     "give the model another id");
    }
  }
}

// Whether the model's process is told a port.
bool knows_port(const ModelConfig& model) {
  const auto uses_port = [](const PortText& text) { return text.uses_port(); };
  return std::any_of(model.argv.begin(), model.argv.end(), uses_port) ||
         std::any_of(model.env.begin(), model.env.end(), uses_port);
}

enum class Words { kNeeded, kMayBeNone };

// The words of a command; none if it is not given or wrong, which is then reported.
std::vector<PortText> split(const Field<Text>& field, const char* key, Words some, Report& report) {
  std::vector<PortText> argv;
  if (!field.value) return argv;
  const Text& command = field.value->value;
  const Result<std::vector<std::string>, CommandError> words = split_command(command.value);
  if (words.has_error()) {
    report.error(command.at(words.error().offset), words.error().message);
    return argv;
  }
  // Comments and line continuations are no words.
  const bool is_nameless = words->empty() ? some == Words::kNeeded : words->front().empty();
  if (is_nameless) {
    report.error(field.key, in_quotes(key) + " names no program");
    return argv;
  }
  return command_words(command, *words);
}

std::vector<PortText> start_command(const ModelDraft& draft, Report& report) {
  const Field<Text>& cmd = draft.cmd;
  if (!cmd.given()) {
    report.error(draft.id.pos, "model " + in_quotes(draft.id.value) + " has no 'cmd'",
                 "give the command that starts its server");
  } else if (!cmd.value && !cmd.broken) {
    report.error(cmd.key, "'cmd' is empty");
  }
  return split(cmd, "cmd", Words::kNeeded, report);
}

// In a stop command there may be no words at all: then the signal stops the server.
std::vector<PortText> stop_words(const ModelDraft& draft, const ModelConfig& model, Report& report) {
  std::vector<PortText> argv = split(draft.cmd_stop, "cmdStop", Words::kMayBeNone, report);
  if (argv.empty() || draft.cmd.broken || draft.env.broken || knows_port(model)) return argv;
  const Text& text = draft.cmd_stop.value->value;
  if (const std::size_t port = text.value.find("${PORT}"); port != std::string::npos) {
    report.error(text.at(port), "'cmdStop': ${PORT} is only available when used in cmd",
                 "write ${PORT} in cmd or env too, or a fixed port here");
  }
  return argv;
}

seconds stop_timeout(const ModelDraft& draft, const ModelConfig& model, Report& report) {
  const std::int64_t given = in_range(draft.stop_timeout, "cmdStopTimeout", 0, kMaxSeconds, 0, report);
  if (given > 0 && model.stop_argv.empty() && !draft.cmd_stop.broken) {
    report.warning(draft.stop_timeout.key, "'cmdStopTimeout' has no effect without a 'cmdStop'");
  }
  return given == 0 ? model.unload_timeout : seconds(given);
}

// Whoever cannot be stopped by a signal and not be seen by its process needs other ways.
// What it computes and prints elsewhere is not seen, so that the file's own limit is not meant for it.
void watch_over_detached(const ModelDraft& draft, ModelConfig& model, Report& report) {
  if (!model.detached || model.stall_timeout.count() == 0) return;
  if (!draft.stall_timeout.value) {
    model.stall_timeout = std::chrono::seconds(0);
    return;
  }
  report.warning(draft.stall_timeout.value->pos,
                 "'stallTimeout' of a detached model counts only what it sends",
                 "give more than its longest answer takes to begin");
}

bool detached(const ModelDraft& draft, const ModelConfig& model, Report& report) {
  if (!draft.detached.value || !draft.detached.value->value) return false;
  if (model.stop_argv.empty() && !draft.cmd_stop.broken) {
    report.error(draft.detached.value->pos, "'detached' needs a 'cmdStop'",
                 "give the command that ends what 'cmd' leaves running");
  }
  if (model.check_endpoint.empty()) {
    report.error(draft.detached.value->pos, "'detached' needs a 'checkEndpoint'",
                 "whether the server lives is seen by nothing else");
  }
  return true;
}

// Its unload_timeout and check_endpoint are set.
void set_stop(const ModelDraft& draft, ModelConfig& model, Report& report) {
  model.stop_argv = stop_words(draft, model, report);
  if (!model.stop_argv.empty()) model.cmd_stop = command_text(draft.cmd_stop.value->value);
  model.stop_timeout = stop_timeout(draft, model, report);
  model.detached = detached(draft, model, report);
}

std::vector<PortText> environment(const ModelDraft& draft, Report& report) {
  std::vector<PortText> env;
  if (!draft.env.value) return env;
  for (const Located<Text>& entry : draft.env.value->value) {
    const std::size_t equals = entry.value.value.find('=');
    if (equals == std::string::npos || equals == 0) {
      report.error(entry.pos, "an entry of 'env' must be NAME=value, not " + in_quotes(entry.value.shown()));
    }
    env.push_back(env_text(entry.value));
  }
  return env;
}

PortText proxy(const ModelDraft& draft, Report& report) {
  if (!draft.proxy.value) return {std::string(kDefaultProxy)};
  const Text& text = draft.proxy.value->value;
  if (const std::optional<UrlTrouble> trouble = check_proxy_url(text.value)) {
    report.error(text.at(trouble->offset), "'proxy': " + trouble->message, trouble->hint);
    return {};
  }
  return plain_text(text);
}

// A port that the model's process is never told is a port on which nobody listens.
void check_port(const ModelDraft& draft, const ModelConfig& model, Report& report) {
  if (draft.cmd.broken || draft.env.broken || draft.proxy.broken) return;
  if (model.argv.empty() || !model.proxy.uses_port()) return;
  if (knows_port(model)) return;
  if (draft.proxy.value) {
    const Text& text = draft.proxy.value->value;
    report.error(text.at(text.value.find("${PORT}")), "'proxy': ${PORT} is only available when used in cmd",
                 "write ${PORT} in cmd or env too, or a fixed port here");
    return;
  }
  // llama-swap refuses this. The server may yet find its port another way, so it is worth trying.
  report.warning(draft.cmd.key,
                 "the default proxy http://localhost:${PORT} is of use only when ${PORT} is used in cmd",
                 "write ${PORT} in cmd or env, or give 'proxy' a fixed port");
}

std::string check_endpoint(const Field<Text>& field, Report& report) {
  if (!field.value) return "/health";
  const Text& text = field.value->value;
  std::string path = probe_path(text.value);
  if (find_unfit_byte(path)) {
    report.error(field.value->pos, "'checkEndpoint' holds a blank or a control byte",
                 "write it percent-encoded, like %20");
  }
  return path;
}

seconds ttl(const ModelDraft& draft, const ModelDefaults& defaults, Report& report) {
  const std::int64_t given = in_range(draft.ttl, "ttl", -1, kMaxSeconds, -1, report);
  return given < 0 ? defaults.ttl : seconds(given);
}

seconds unload_timeout(const ModelDraft& draft, const ModelDefaults& defaults, Report& report) {
  const std::int64_t given = in_range(draft.unload_timeout, "unloadTimeout", 0, kMaxSeconds, 0, report);
  return given == 0 ? defaults.unload_timeout : seconds(given);
}

// As written, then the names that only setParamsByID has.
std::vector<std::string> aliases(const ModelDraft& draft) {
  std::vector<std::string> out;
  std::unordered_set<std::string_view> known{draft.id.value};
  if (draft.aliases.value) {
    for (const Located<Text>& alias : draft.aliases.value->value) {
      known.insert(alias.value.value);
      out.push_back(alias.value.value);
    }
  }
  for (const ParamsByIdDraft& params : draft.filters.set_params_by_id) {
    if (known.insert(params.name.value).second) out.push_back(params.name.value);
  }
  return out;
}

// The id of the model behind the ComfyUI routes.
bool is_comfyui(const ModelDraft& draft) { return draft.id.value == "comfyui_auto"; }

int concurrency_limit(const ModelDraft& draft, Report& report) {
  constexpr int kLeastForComfyui = 50;  // its page opens many connections at once
  const int limit = static_cast<int>(
      in_range(draft.concurrency_limit, "concurrencyLimit", -kMaxCount, kMaxCount, 0, report));
  if (limit < 0)
    report.warning(draft.concurrency_limit.value->pos, "'concurrencyLimit' is below 0, no limit");
  if (limit <= 0) return 0;
  return is_comfyui(draft) ? std::max(limit, kLeastForComfyui) : limit;
}

OnDisconnect on_disconnect(const Field<Text>& field, Report& report) {
  if (!field.value) return OnDisconnect::kCancel;
  const std::string word = to_lower(trim(field.value->value.value));
  if (word != "cancel" && word != "drain") {
    report.error(field.value->pos,
                 "'onDisconnect' " + in_quotes(field.value->value.shown()) + " is not known",
                 "write cancel or drain");
  }
  return word == "drain" ? OnDisconnect::kDrain : OnDisconnect::kCancel;
}

// What the scheduler is told of the model; `fifo.priority` is not looked at here.
void set_scheduling(const ModelDraft& draft, ModelConfig& model, Report& report) {
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  model.concurrency_limit = concurrency_limit(draft, report);
  model.priority = static_cast<int>(in_range(draft.priority, "priority", -kMost, kMost, 0, report));
  model.queue_limit =
      static_cast<int>(in_range(draft.queue_limit, "queueLimit", 0, kMaxCount, model.queue_limit, report));
  model.pin = draft.pin.value && draft.pin.value->value;
}

}  // namespace

ModelConfig validate_model(const ModelDraft& draft, const ModelDefaults& defaults, Report& report) {
  ModelConfig model;
  check_id(draft.id, report);
  model.id = ModelId(draft.id.value);
  model.pos = draft.id.pos;
  model.name = text_of(draft.name);
  model.description = text_of(draft.description);
  model.argv = start_command(draft, report);
  if (draft.cmd.value) model.cmd = command_text(draft.cmd.value->value);
  model.env = environment(draft, report);
  model.proxy = proxy(draft, report);
  check_port(draft, model, report);
  model.check_endpoint = check_endpoint(draft.check_endpoint, report);
  const StartLimits start = validate_start_limits(draft, defaults.start, report);
  model.health_check_timeout = start.least;
  model.health_check_timeout_max = start.most;
  model.stall_timeout = seconds(
      in_range(draft.stall_timeout, "stallTimeout", 0, kMaxSeconds, defaults.stall_timeout.count(), report));
  model.kv_cache = validate_kv_cache(draft.kv_cache, defaults.kv_cache, report);
  model.ttl = ttl(draft, defaults, report);
  model.unload_timeout = unload_timeout(draft, defaults, report);
  set_stop(draft, model, report);
  watch_over_detached(draft, model, report);
  model.aliases = aliases(draft);
  model.unlisted = draft.unlisted.value && draft.unlisted.value->value;
  model.use_model_name = text_of(draft.use_model_name);
  set_scheduling(draft, model, report);
  model.filters = validate_filters(draft.filters, report);
  model.metadata = object_of(draft.metadata);
  model.send_loading_state =
      draft.send_loading_state.value ? draft.send_loading_state.value->value : defaults.send_loading_state;
  model.log_verbosity = validate_log_verbosity(draft.log_verbosity, defaults.log_verbosity, report);
  model.on_disconnect = on_disconnect(draft.on_disconnect, report);
  model.timeouts = validate_timeouts(draft.timeouts, {}, report);
  const Field<bool>& ignore_websockets = draft.compat.ignore_websockets;
  model.ignore_websockets = is_comfyui(draft) || (ignore_websockets.value && ignore_websockets.value->value);
  model.forward_auth = draft.forward_auth.value && draft.forward_auth.value->value;
  model.capabilities = validate_capabilities(draft.capabilities, report);
  return model;
}

}  // namespace paddock::config
