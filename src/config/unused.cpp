#include "unused.h"

namespace paddock::config {

namespace {

template <class From, class To>
struct UnusedKey {
  const char* name;
  SourcePos (*place)(const From& draft);
  bool (*asks)(const To& config);  // for something that does not happen
};

using TopKey = UnusedKey<Draft, Config>;
using OfModel = UnusedKey<ModelDraft, ModelConfig>;

SourcePos place_of(const auto& field) { return field.value ? field.key : SourcePos{}; }

SourcePos first_of(const auto& drafts) { return drafts.empty() ? SourcePos{} : drafts.front().id.pos; }

// `peers`, `selectors` and `profiles` are blamed at their first entry.
constexpr TopKey kUnusedAtTop[] = {
    {"logTimeFormat", [](const Draft& d) { return place_of(d.log_time_format); },
     [](const Config& c) { return !c.log_time_format.empty(); }},

    {"metricsMaxInMemory", [](const Draft& d) { return place_of(d.metrics_max_in_memory); },
     [](const Config& c) { return c.metrics_max_in_memory != Config().metrics_max_in_memory; }},
    {"captureBuffer", [](const Draft& d) { return place_of(d.capture_buffer); },
     [](const Config& c) { return c.capture_buffer > 0; }},
    {"store.path", [](const Draft& d) { return place_of(d.store.path); },
     [](const Config& c) { return !c.store_path.empty(); }},
    {"ui.activity.session_id", [](const Draft& d) { return place_of(d.ui.activity.session_id); },
     [](const Config& c) { return !c.session_id_headers.empty(); }},
    {"performance.every", [](const Draft& d) { return place_of(d.performance.every); },
     [](const Config& c) { return !c.performance.disabled; }},
    {"peers", [](const Draft& d) { return first_of(d.peers); }, [](const Config&) { return true; }},
    {"selectors", [](const Draft& d) { return first_of(d.selectors); }, [](const Config&) { return true; }},
    {"profiles", [](const Draft& d) { return first_of(d.profiles); }, [](const Config&) { return true; }},
};

constexpr OfModel kUnusedInModels[] = {
    {"filters", [](const ModelDraft& d) { return d.filters.key; },
     [](const ModelConfig& m) { return m.filters != Filters(); }},
};

template <class From, class To>
void warn(const UnusedKey<From, To>& key, const From& draft, const To& config, Report& report) {
  const SourcePos place = key.place(draft);
  if (place.line == 0 || !key.asks(config)) return;
  report.warning(place, "key " + in_quotes(key.name) + " is not used by this build yet");
}

}  // namespace

void warn_unused(const Draft& draft, const Config& config, Report& report) {
  for (const TopKey& key : kUnusedAtTop) warn(key, draft, config, report);
  for (std::size_t i = 0; i < draft.models.size(); ++i) {
    for (const OfModel& key : kUnusedInModels) warn(key, draft.models[i], config.models[i], report);
  }
}

}  // namespace paddock::config
