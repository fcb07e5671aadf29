#include "validate.h"

#include "duration.h"
#include "name_table.h"
#include "paddock/base/text.h"
#include "report.h"
#include "unused.h"
#include "validate_names.h"
#include "validate_parts.h"
#include "validate_pins.h"
#include "validate_routing.h"

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

ModelDefaults model_defaults(const Draft& draft, Report& report) {
  ModelDefaults defaults;
  defaults.start = validate_start_limits(draft, report);
  defaults.ttl = seconds(in_range(draft.global_ttl, "globalTTL", 0, kMaxSeconds, 0, report));
  const std::int64_t unload = in_range(draft.unload_timeout, "unloadTimeout", 0, kMaxSeconds, 0, report);
  if (unload > 0) defaults.unload_timeout = seconds(unload);
  defaults.stall_timeout = seconds(in_range(draft.stall_timeout, "stallTimeout", 0, kMaxSeconds, 0, report));
  defaults.kv_cache = validate_kv_cache(draft.kv_cache, {}, report);
  defaults.send_loading_state = draft.send_loading_state.value && draft.send_loading_state.value->value;
  defaults.log_verbosity = validate_log_verbosity(draft.log_verbosity, defaults.log_verbosity, report);
  return defaults;
}

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

std::optional<std::chrono::nanoseconds> length_of_time(const Field<Text>& field, const char* key,
                                                       Report& report) {
  if (!field.value) return std::nullopt;
  const Text& text = field.value->value;
  std::string written(trim(text.value));
  const bool is_whole = !written.empty() && written.find_first_not_of("0123456789") == std::string::npos;
  // A number in quotes has no unit.
  if (is_whole && (text.plain || text.one_macro)) written += "s";
  if (const auto time = parse_duration(written)) return time;
  report.error(field.value->pos, in_quotes(key) + " must be a length of time, not " + in_quotes(text.shown()),
               "write it like 15s or 1m30s, or as whole seconds without quotes");
  return std::nullopt;
}

Config validate(const Draft& draft, Report& report) {
  constexpr std::int64_t kMaxPort = 65535;
  constexpr std::int64_t kMaxShutdownSeconds = 3600;
  Config config;
  config.log_level = log_level(draft.log_level, report);
  config.start_port = static_cast<int>(in_range(draft.start_port, "startPort", 1, kMaxPort, 5800, report));
  config.shutdown_timeout =
      seconds(in_range(draft.shutdown_timeout, "shutdownTimeout", 1, kMaxShutdownSeconds, 8, report));
  config.max_connections =
      static_cast<int>(in_range(draft.max_connections, "maxConnections", 0, kMaxCount, 0, report));
  validate_top(draft, config, report);
  const ModelDefaults defaults = model_defaults(draft, report);
  config.log_verbosity = defaults.log_verbosity;
  config.health_check_timeout = defaults.start.least;
  config.health_check_timeout_max = defaults.start.most;
  config.stall_timeout = defaults.stall_timeout;
  config.kv_cache = defaults.kv_cache;
  config.models.reserve(draft.models.size());
  for (const ModelDraft& model : draft.models) {
    config.models.push_back(validate_model(model, defaults, report));
  }
  validate_priorities(draft, config.models, report);
  config.routing = validate_routing(draft.routing, config.models, report);
  if (!report.failed()) validate_pins(draft, config, report);
  const NameTable names(draft, report);
  const MayRunTogether together = [&config](const std::vector<ModelId>& ids) {
    return may_run_together(config.routing, ids);
  };
  config.access = validate_access(draft, names, report);
  config.peers = validate_peers(draft, report);
  config.selectors = validate_selectors(draft, names, together, report);
  config.profiles = validate_profiles(draft, names, report);
  config.preload = validate_preload(draft.hooks.on_startup.preload, names, config.routing, report);
  warn_unused(draft, config, report);
  return config;
}

}  // namespace paddock::config
