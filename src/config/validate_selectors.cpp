#include <algorithm>
#include <unordered_map>

#include "paddock/base/text.h"
#include "validate.h"
#include "validate_names.h"
#include "validate_parts.h"

namespace paddock::config {

namespace {

using Kind = NameTable::Kind;

constexpr const char* kStrategies = "write pin, warm or spillover";

// Nothing if there is none, which is then reported.
std::optional<Strategy> strategy(const SelectorDraft& draft, Report& report) {
  if (!draft.strategy.value) {
    if (!draft.strategy.broken) {
      report.error(draft.id.pos, "selector " + in_quotes(draft.id.value) + " has no 'strategy'", kStrategies);
    }
    return std::nullopt;
  }
  const std::string& word = draft.strategy.value->value.value;
  if (word == "pin") return Strategy::kPin;
  if (word == "warm") return Strategy::kWarm;
  if (word == "spillover") return Strategy::kSpillover;
  report.error(draft.strategy.value->pos,
               "unknown strategy " + in_quotes(draft.strategy.value->value.shown()), kStrategies);
  return std::nullopt;
}

// What the name stands for; nothing if it cannot be a target, which is then reported.
std::optional<NameTable::Target> resolve(const Located<Text>& written, const NameTable& names,
                                         Report& report) {
  const std::string& name = written.value.value;
  NameTable::Target target = names.find(name);
  switch (target.kind) {
    case Kind::kModel:
    case Kind::kPeer:
      return target;
    case Kind::kSelector:
      report.error(written.pos, "target " + in_quotes(written.value.shown()) + " is a selector",
                   "a selector leads to models only");
      break;
    case Kind::kAmbiguous:
      report.error(written.pos,
                   "target " + in_quotes(written.value.shown()) + " is a model of more than one peer",
                   "write it as <peer>/<model>");
      break;
    case Kind::kNothing:
      report.error(written.pos, "target " + in_quotes(written.value.shown()) + " is no model",
                   names.guess(name));
      break;
  }
  return std::nullopt;
}

// The rules about all targets of one selector together.
class Targets {
 public:
  Targets(const SelectorDraft& draft, std::optional<Strategy> strategy, Report& report)
      : draft_(draft), strategy_(strategy), report_(report) {}

  void add(const Located<Text>& written, const NameTable::Target& target) {
    if (strategy_ == Strategy::kWarm && target.kind == Kind::kPeer) {
      report_.error(written.pos, "target " + in_quotes(written.value.shown()) + " is a peer's model",
                    "strategy warm chooses among models of this file");
    }
    if (strategy_ != Strategy::kSpillover) return;
    const auto [first, is_new] = seen_.try_emplace(target.id, written.pos);
    if (!is_new) {
      report_.error(written.pos, "target " + in_quotes(written.value.shown()) +
                                     " is the same model as the one in " + report_.line_of(first->second));
    } else if (target.kind == Kind::kModel) {
      local_.emplace_back(target.id);
    }
  }

  void check_together(const MayRunTogether& may_run_together) {
    if (local_.size() < 2 || may_run_together(local_)) return;
    report_.error(draft_.targets.key,
                  "the targets of spillover selector " + in_quotes(draft_.id.value) + " cannot run together",
                  "put them into one group with 'swap: false', or into one set of the matrix");
  }

 private:
  const SelectorDraft& draft_;
  std::optional<Strategy> strategy_;
  Report& report_;
  std::unordered_map<std::string, SourcePos> seen_;
  std::vector<ModelId> local_;
};

std::vector<std::string> targets(const SelectorDraft& draft, std::optional<Strategy> strategy,
                                 const NameTable& names, const MayRunTogether& may_run_together,
                                 Report& report) {
  std::vector<std::string> out;
  if (!draft.targets.value || draft.targets.value->value.empty()) {
    if (!draft.targets.broken) {
      report.error(draft.targets.given() ? draft.targets.key : draft.id.pos,
                   "selector " + in_quotes(draft.id.value) + " has no 'targets'", "list at least one model");
    }
    return out;
  }
  Targets together(draft, strategy, report);
  for (const Located<Text>& written : draft.targets.value->value) {
    if (const std::optional<NameTable::Target> target = resolve(written, names, report)) {
      together.add(written, *target);
    }
    out.push_back(written.value.value);
  }
  together.check_together(may_run_together);
  return out;
}

std::vector<std::string> failover(const SelectorDraft& draft, const NameTable& names, Report& report) {
  std::vector<std::string> out;
  if (!draft.failover.value) return out;
  for (const Located<Text>& written : draft.failover.value->value) {
    resolve(written, names, report);
    out.push_back(written.value.value);
  }
  return out;
}

int spillover(const SelectorDraft& draft, std::optional<Strategy> strategy, Report& report) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const Field<std::int64_t>& field = draft.settings.spillover;
  if (!strategy || *strategy == Strategy::kSpillover) {
    return static_cast<int>(in_range(field, "settings.spillover", 1, kMost, 1, report));
  }
  if (field.value) report.warning(field.key, "'spillover' counts only with strategy spillover");
  return 1;
}

std::string text_of(const Field<Text>& field) {
  return field.value ? field.value->value.value : std::string();
}

Selector validate_selector(const SelectorDraft& draft, const NameTable& names,
                           const MayRunTogether& may_run_together, Report& report) {
  Selector selector;
  selector.id = draft.id.value;
  selector.pos = draft.id.pos;
  if (trim(selector.id).empty()) report.error(selector.pos, "a selector's name is empty");
  if (draft.broken) return selector;
  const std::optional<Strategy> chosen = strategy(draft, report);
  selector.strategy = chosen.value_or(Strategy::kPin);
  selector.targets = targets(draft, chosen, names, may_run_together, report);
  selector.spillover = spillover(draft, chosen, report);
  selector.failover = failover(draft, names, report);
  selector.name = text_of(draft.name);
  selector.description = text_of(draft.description);
  selector.unlisted = draft.unlisted.value && draft.unlisted.value->value;
  selector.metadata = object_of(draft.metadata);
  return selector;
}

}  // namespace

std::vector<Selector> validate_selectors(const Draft& draft, const NameTable& names,
                                         const MayRunTogether& may_run_together, Report& report) {
  std::vector<Selector> selectors;
  for (const SelectorDraft& selector : draft.selectors) {
    selectors.push_back(validate_selector(selector, names, may_run_together, report));
  }
  return selectors;
}

}  // namespace paddock::config
