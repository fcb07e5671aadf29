#include <algorithm>

#include "paddock/base/pattern.h"
#include "paddock/base/text.h"
#include "report.h"
#include "size.h"
#include "validate.h"

namespace paddock::config {

namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxSessionHeaders = 32;
// Pages of a model's own user interface ask for these; none of them needs the model.
constexpr const char* kStaticFiles = R"(\.(js|json|css|png|gif|jpe?g|ico|txt)$)";

LogTarget log_target(const Field<Text>& field, Report& report) {
  if (!field.value) return LogTarget::kOwn;
  const std::string_view written = field.value->value.value;
  const std::string word = to_lower(trim(written));
  if (word == "proxy") return LogTarget::kOwn;
  if (word == "upstream") return LogTarget::kUpstream;
  if (word == "both") return LogTarget::kBoth;
  if (word == "none") return LogTarget::kNone;
  report.error(field.value->pos, "'logToStdout' " + in_quotes(field.value->value.shown()) + " is not known",
               "write proxy, upstream, both or none");
  return LogTarget::kOwn;
}

bool is_prefetch_on(const Field<Text>& field, Report& report) {
  if (!field.value) return true;
  const std::string word = to_lower(trim(field.value->value.value));
  if (word != "auto" && word != "off") {
    report.error(field.value->pos, "'prefetch' " + in_quotes(field.value->value.shown()) + " is not known",
                 "write auto or off");
  }
  return word != "off";
}

nanoseconds loading_grace(const Field<Text>& field, nanoseconds fallback, Report& report) {
  const std::optional<nanoseconds> given = length_of_time(field, "loadingGrace", report);
  if (!given) return fallback;
  if (*given >= nanoseconds(0)) return *given;
  report.error(field.value->pos, "'loadingGrace' must be at least 0", "0: waiting clients are sent nothing");
  return fallback;
}

std::string time_format(const Field<Text>& field, Report& report) {
  static const std::string kFormats[] = {"ansic",   "unixdate", "rubydate",   "rfc822",     "rfc822z",
                                         "rfc850",  "rfc1123",  "rfc1123z",   "rfc3339",    "rfc3339nano",
                                         "kitchen", "stamp",    "stampmilli", "stampmicro", "stampnano"};
  if (!field.value) return {};
  const std::string_view written = field.value->value.value;
  std::string word = to_lower(trim(written));
  if (word.empty() || std::find(std::begin(kFormats), std::end(kFormats), word) != std::end(kFormats)) {
    return word;
  }
  const std::optional<std::string_view> near = nearest(word, kFormats);
  report.warning(field.value->pos,
                 "'logTimeFormat' " + in_quotes(field.value->value.shown()) + " is not known and is ignored",
                 near ? "did you mean " + in_quotes(*near) + "?" : "write a name like rfc3339");
  return {};
}

int metrics_max(const Field<std::int64_t>& field, Report& report) {
  constexpr std::int64_t kDefault = 1000;
  const std::int64_t given = in_range(field, "metricsMaxInMemory", -kMaxCount, kMaxCount, kDefault, report);
  if (given >= 1) return static_cast<int>(given);
  report.warning(field.value->pos, "'metricsMaxInMemory' is below 1, 1000 is used");
  return static_cast<int>(kDefault);
}

int capture_buffer(const Field<std::int64_t>& field, Report& report) {
  constexpr std::int64_t kMostMiB = std::int64_t{1} << 20;
  return static_cast<int>(
      std::max<std::int64_t>(0, in_range(field, "captureBuffer", -kMaxCount, kMostMiB, 0, report)));
}

BodyLimits body_limits(const Draft& draft, Report& report) {
  constexpr std::uint64_t kLeast = 4 << 10;
  BodyLimits out;
  out.json = number_of_bytes(draft.max_json_body, "maxJsonBody", kLeast, out.json, report);
  out.largest = number_of_bytes(draft.max_body, "maxBody", kLeast, out.largest, report);
  out.memory = number_of_bytes(draft.body_memory, "bodyMemory", kLeast, out.memory, report);
  out.memory_total =
      number_of_bytes(draft.body_memory_total, "bodyMemoryTotal", kLeast, out.memory_total, report);
  if (out.memory > out.memory_total) {
    const bool total_given = draft.body_memory_total.value.has_value();
    report.error(total_given ? draft.body_memory_total.value->pos : draft.body_memory.value->pos,
                 "'bodyMemoryTotal' is less than 'bodyMemory'", "no body could be kept");
  }
  return out;
}

std::string store_path(const StoreDraft& store, Report& report) {
  if (store.path.value) {
    if (trim(store.path.value->value.value).empty())
      report.error(store.path.value->pos, "'store.path' is empty");
    return store.path.value->value.value;
  }
  if (store.key.line > 0 && !store.broken && !store.path.broken) {
    report.error(store.key, "'store' has no 'path'",
                 "give the file, or remove 'store' to keep all in memory");
  }
  return {};
}

bool is_header_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::vector<std::string> session_headers(const Field<TextList>& field, std::vector<std::string> defaults,
                                         Report& report) {
  if (!field.value) return defaults;
  std::vector<std::string> names;
  for (const Located<Text>& entry : field.value->value) {
    const std::string_view name = trim(entry.value.value);
    const auto same = [&](const std::string& other) { return iequals(other, name); };
    if (name.empty() || std::any_of(names.begin(), names.end(), same)) continue;
    if (names.size() == kMaxSessionHeaders) {
      report.error(entry.pos, "'session_id' names more than 32 headers");
      break;
    }
    if (is_header_name(name)) {
      names.emplace_back(name);
    } else {
      report.warning(entry.pos,
                     in_quotes(entry.value.shown()) + " cannot be the name of a header and is ignored");
    }
  }
  return names;
}

nanoseconds every(const Field<Text>& field, nanoseconds fallback, Report& report) {
  constexpr nanoseconds kLeast = seconds(5);
  const std::optional<nanoseconds> given = length_of_time(field, "performance.every", report);
  if (!given || *given == nanoseconds(0)) return fallback;
  if (*given >= kLeast) return *given;
  report.error(field.value->pos, "'performance.every' must be at least 5 seconds", "write it like 15s");
  return fallback;
}

std::string state_dir(const Field<Text>& field, Report& report) {
  if (!field.value) return {};
  if (trim(field.value->value.value).empty()) {
    report.error(field.value->pos, "'stateDir' is empty", "give a folder, or remove it for the usual one");
  }
  return field.value->value.value;
}

std::vector<std::string> ignore_paths(const Field<TextList>& field, Report& report) {
  if (!field.value || (field.value->value.empty() && !field.broken)) return {kStaticFiles};
  std::vector<std::string> patterns;
  for (const Located<Text>& entry : field.value->value) {
    const std::string& text = entry.value.value;
    if (const auto pattern = Pattern::compile(text); pattern.has_error()) {
      report.error(entry.pos, "invalid regular expression: " + printable(pattern.error()),
                   "the syntax is RE2's");
    }
    patterns.push_back(text);
  }
  return patterns;
}

}  // namespace

std::uint64_t number_of_bytes(const Field<Text>& field, const char* key, std::uint64_t least,
                              std::uint64_t fallback, Report& report) {
  if (!field.value) return fallback;
  const Text& text = field.value->value;
  const std::optional<std::uint64_t> bytes = parse_size(trim(text.value));
  if (!bytes) {
    report.error(field.value->pos,
                 in_quotes(key) + " must be a number of bytes, not " + in_quotes(text.shown()),
                 "write it like 64MiB or 1048576");
  } else if (*bytes < least) {
    report.error(field.value->pos, in_quotes(key) + " must be at least " + std::to_string(least) + " bytes");
  } else {
    return *bytes;
  }
  return fallback;
}

void validate_top(const Draft& draft, Config& config, Report& report) {
  if (draft.log_requests.value) {
    report.warning(draft.log_requests.key, "'logRequests' is deprecated and does nothing", "use 'logLevel'");
  }
  config.log_to_stdout = log_target(draft.log_to_stdout, report);
  constexpr std::int64_t kMostReleaseSeconds = 60;
  config.vram_release_timeout =
      seconds(in_range(draft.vram_release_timeout, "vramReleaseTimeout", 0, kMostReleaseSeconds, 5, report));
  config.prefetch = is_prefetch_on(draft.prefetch, report);
  config.loading_grace = loading_grace(draft.loading_grace, config.loading_grace, report);
  config.bodies = body_limits(draft, report);
  config.log_time_format = time_format(draft.log_time_format, report);
  config.log_buffer = number_of_bytes(draft.log_buffer, "logBuffer", 64 << 10, config.log_buffer, report);
  config.include_aliases_in_list =
      draft.include_aliases_in_list.value && draft.include_aliases_in_list.value->value;
  config.ollama = !draft.ollama.enabled.value || draft.ollama.enabled.value->value;
  config.metrics_max_in_memory = metrics_max(draft.metrics_max_in_memory, report);
  config.capture_buffer = capture_buffer(draft.capture_buffer, report);
  config.store_path = store_path(draft.store, report);
  config.state_dir = state_dir(draft.state_dir, report);
  config.session_id_headers =
      session_headers(draft.ui.activity.session_id, config.session_id_headers, report);
  config.performance.disabled = draft.performance.disabled.value && draft.performance.disabled.value->value;
  config.performance.every = every(draft.performance.every, config.performance.every, report);
  config.ignore_paths = ignore_paths(draft.upstream.ignore_paths, report);
}

}  // namespace paddock::config
