#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model_names.h"
#include "report.h"
#include "validate.h"

namespace paddock::config {

namespace {

// The model's own key stands closer to it.
void apply(const Named<std::int64_t>& entry, int priority, const ModelDraft& draft, ModelConfig& model,
           Report& report) {
  if (!draft.priority.value) {
    model.priority = priority;
  } else if (model.priority != priority) {
    report.warning(draft.priority.key,
                   "model " + in_quotes(model.id.str()) + " has priority " + std::to_string(priority) +
                       " in " + report.line_of(entry.name.pos) +
                       ", but its own key wins: " + std::to_string(model.priority),
                   "remove one of the two");
  }
}

}  // namespace

void validate_priorities(const Draft& draft, std::vector<ModelConfig>& models, Report& report) {
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  const auto& priorities = draft.routing.scheduler.priorities;
  if (!priorities.value) return;
  const ModelNames names(models);
  std::unordered_map<std::size_t, SourcePos> given;
  for (const Named<std::int64_t>& entry : priorities.value->value) {
    const std::string& name = entry.name.value;
    const std::int64_t number = in_range(entry.value, name.c_str(), -kMost, kMost, 0, report);
    const std::optional<std::size_t> model = names.find(name);
    if (!model) {
      report.error(entry.name.pos, "no model " + in_quotes(name) + " for a priority",
                   report.full() ? "" : did_you_mean(name, names.names()));
      continue;
    }
    const auto [first, is_new] = given.try_emplace(*model, entry.name.pos);
    if (!is_new) {
      report.error(entry.name.pos, "model " + in_quotes(names.id(*model).str()) +
                                       " has its priority already in " + report.line_of(first->second));
    } else if (entry.value.value) {
      apply(entry, static_cast<int>(number), draft.models[*model], models[*model], report);
    }
  }
}

}  // namespace paddock::config
