#include "unused.h"

namespace paddock::config {

namespace {

struct UnusedKey {
  const char* name;
  SourcePos (*place)(const Draft& draft);
  bool (*asks)(const Config& config);  // for something that does not happen
};

SourcePos place_of(const auto& field) { return field.value ? field.key : SourcePos{}; }

constexpr UnusedKey kUnusedAtTop[] = {
    {"ui.activity.session_id", [](const Draft& d) { return place_of(d.ui.activity.session_id); },
     [](const Config& c) { return !c.session_id_headers.empty(); }},
};

}  // namespace

void warn_unused(const Draft& draft, const Config& config, Report& report) {
  for (const UnusedKey& key : kUnusedAtTop) {
    const SourcePos place = key.place(draft);
    if (place.line == 0 || !key.asks(config)) continue;
    report.warning(place, "key " + in_quotes(key.name) + " is not used by this build yet");
  }
}

}  // namespace paddock::config
