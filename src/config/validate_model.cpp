#include <algorithm>
#include <string_view>

#include "endpoint.h"
#include "mask_text.h"
#include "paddock/config/command.h"
#include "report.h"
#include "validate.h"

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

std::vector<PortText> split(const ModelDraft& draft, Report& report) {
  if (!draft.cmd.given()) {
    report.error(draft.id.pos, "model " + in_quotes(draft.id.value) + " has no 'cmd'",
                 "give the command that starts its server");
  }
  if (!draft.cmd.value) return {};
  const Text& cmd = draft.cmd.value->value;
  const Result<std::vector<std::string>, CommandError> words = split_command(cmd.value);
  if (words.has_error()) {
    report.error(cmd.at(words.error().offset), words.error().message);
    return {};
  }
  if (words->empty() || words->front().empty()) {
    report.error(draft.cmd.key, "'cmd' names no program");
    return {};
  }
  return command_words(cmd, *words);
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
  }
  return plain_text(text);
}

// A port that the model's process is never told is a port on which nobody listens.
void check_port(const ModelDraft& draft, const ModelConfig& model, Report& report) {
  if (draft.cmd.broken || draft.env.broken || draft.proxy.broken) return;
  if (model.argv.empty() || !model.proxy.uses_port()) return;
  const auto uses_port = [](const PortText& text) { return text.uses_port(); };
  if (std::any_of(model.argv.begin(), model.argv.end(), uses_port)) return;
  if (std::any_of(model.env.begin(), model.env.end(), uses_port)) return;
  if (draft.proxy.value) {
    const Text& text = draft.proxy.value->value;
    report.error(text.at(text.value.find("${PORT}")), "'proxy': ${PORT} is only available when used in cmd",
                 "write ${PORT} in cmd or env too, or a fixed port here");
    return;
  }
  report.error(draft.cmd.key,
               "the default proxy http://localhost:${PORT} is only available when ${PORT} is used in cmd",
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

}  // namespace

ModelConfig validate_model(const ModelDraft& draft, const ModelDefaults& defaults, Report& report) {
  ModelConfig model;
  check_id(draft.id, report);
  model.id = ModelId(draft.id.value);
  model.pos = draft.id.pos;
  model.name = text_of(draft.name);
  model.description = text_of(draft.description);
  model.argv = split(draft, report);
  if (draft.cmd.value) model.cmd = command_text(draft.cmd.value->value);
  model.env = environment(draft, report);
  model.proxy = proxy(draft, report);
  check_port(draft, model, report);
  model.check_endpoint = check_endpoint(draft.check_endpoint, report);
  model.ttl = ttl(draft, defaults, report);
  model.unload_timeout = unload_timeout(draft, defaults, report);
  if (draft.aliases.value) {
    for (const Located<Text>& alias : draft.aliases.value->value) model.aliases.push_back(alias.value.value);
  }
  model.unlisted = draft.unlisted.value && draft.unlisted.value->value;
  model.use_model_name = text_of(draft.use_model_name);
  return model;
}

}  // namespace paddock::config
