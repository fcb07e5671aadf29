#include "validate.h"

#include <unordered_map>

#include "paddock/base/text.h"
#include "report.h"

namespace paddock::config {

namespace {

using std::chrono::seconds;

LogLevel log_level(const Field<Text>& field, Report& report) {
  if (!field.value) return LogLevel::kInfo;
  const std::string_view written = field.value->value.value;
  const std::string word = to_lower(trim(written));
  if (word == "debug") return LogLevel::kDebug;
  if (word == "info") return LogLevel::kInfo;
  if (word == "warn") return LogLevel::kWarn;
  if (word == "error") return LogLevel::kError;
  report.warning(field.value->pos,
                 "'logLevel' " + in_quotes(field.value->value.shown()) + " is not known, info is used",
                 "write debug, info, warn or error");
  return LogLevel::kInfo;
}

seconds health_check_timeout(const Field<std::int64_t>& field, Report& report) {
  constexpr std::int64_t kLeast = 15;
  const std::int64_t given = in_range(field, "healthCheckTimeout", -kMaxSeconds, kMaxSeconds, 120, report);
  if (given >= kLeast) return seconds(given);
  report.warning(field.value->pos, "'healthCheckTimeout' is below 15 seconds, 15 is used");
  return seconds(kLeast);
}

ModelDefaults model_defaults(const Draft& draft, Report& report) {
  ModelDefaults defaults;
  defaults.ttl = seconds(in_range(draft.global_ttl, "globalTTL", 0, kMaxSeconds, 0, report));
  const std::int64_t unload = in_range(draft.unload_timeout, "unloadTimeout", 0, kMaxSeconds, 0, report);
  if (unload > 0) defaults.unload_timeout = seconds(unload);
  return defaults;
}

// Names are one space for all models: an alias may stand for one model only, and an id is never hidden.
class Names {
 public:
  Names(const Draft& draft, Report& report) : report_(report) {
    for (const ModelDraft& model : draft.models) ids_.emplace(model.id.value, model.id.pos);
  }

  void add_aliases(const ModelDraft& model) {
    if (!model.aliases.value) return;
    for (const Located<Text>& alias : model.aliases.value->value) add_alias(model, alias);
  }

 private:
  void add_alias(const ModelDraft& model, const Located<Text>& alias) {
    const std::string& name = alias.value.value;
    if (name.empty()) return report_.error(alias.pos, "an alias is empty");
    const std::string what = "alias " + in_quotes(alias.value.shown());
    if (name == model.id.value) {
      report_.warning(alias.pos, what + " is the id of the model itself");
    } else if (const auto id = ids_.find(name); id != ids_.end()) {
      report_.warning(alias.pos,
                      what + " is the id of the model in " + report_.line_of(id->second) + ", which wins");
    }
    const auto [first, is_new] = aliases_.try_emplace(name, alias.pos);
    if (is_new) return;
    report_.error(alias.pos, what + " is already given in " + report_.line_of(first->second));
  }

  Report& report_;
  std::unordered_map<std::string_view, SourcePos> ids_;
  std::unordered_map<std::string_view, SourcePos> aliases_;
};

}  // namespace

std::int64_t in_range(const Field<std::int64_t>& field, const char* key, std::int64_t least,
                      std::int64_t most, std::int64_t fallback, Report& report) {
  if (!field.value) return fallback;
  const std::int64_t number = field.value->value;
  if (number >= least && number <= most) return number;
  const std::string bound =
      number < least ? "at least " + std::to_string(least) : "at most " + std::to_string(most);
  report.error(field.value->pos, in_quotes(key) + " must be " + bound + ", not " + std::to_string(number));
  return fallback;
}

Config validate(const Draft& draft, Report& report) {
  constexpr std::int64_t kMaxPort = 65535;
  Config config;
  config.log_level = log_level(draft.log_level, report);
  config.health_check_timeout = health_check_timeout(draft.health_check_timeout, report);
  config.start_port = static_cast<int>(in_range(draft.start_port, "startPort", 1, kMaxPort, 5800, report));
  config.max_connections =
      static_cast<int>(in_range(draft.max_connections, "maxConnections", 0, 1'000'000'000, 0, report));
  const ModelDefaults defaults = model_defaults(draft, report);
  Names names(draft, report);
  config.models.reserve(draft.models.size());
  for (const ModelDraft& model : draft.models) {
    names.add_aliases(model);
    config.models.push_back(validate_model(model, defaults, report));
  }
  return config;
}

}  // namespace paddock::config
