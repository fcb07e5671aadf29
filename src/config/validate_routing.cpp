#include "validate_routing.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model_names.h"
#include "report.h"
#include "validate.h"

namespace paddock::config {

namespace {

enum class Use { kGroup, kMatrix };

bool says_groups(const RouterDraft& draft) {
  return draft.groups.value && !draft.groups.value->value.empty();
}

// One of several blocks that say who may run together.
struct Style {
  SourcePos pos;
  std::string name;
};

class RouterValidator {
 public:
  RouterValidator(const RoutingDraft& draft, const ModelNames& models, Report& report)
      : draft_(draft), models_(models), report_(report) {}

  std::variant<Groups, Matrix> run() {
    check_styles();
    if (uses_router()) return router();
    return both(draft_.legacy);
  }

 private:
  bool uses_router() const {
    const RouterDraft& router = draft_.router;
    return router.use.value || router.use.broken || says_groups(router) ||
           (router.matrix.value && !router.matrix.value->value.is_empty);
  }

  void check_styles() {
    std::vector<Style> styles;
    if (says_groups(draft_.legacy)) styles.push_back({draft_.legacy.groups.key, "'groups'"});
    if (draft_.legacy.matrix.value) styles.push_back({draft_.legacy.matrix.key, "'matrix'"});
    if (styles.size() == 2) refuse(styles[0], styles[1], "keep one of the two");
    if (styles.empty() || !uses_router()) return;
    refuse(styles[0], {draft_.router_key, "'routing.router'"}, "move all of it to 'routing.router'");
  }

  void refuse(Style first, Style second, std::string hint) {
    if (second.pos < first.pos) std::swap(first, second);
    report_.error(second.pos,
                  second.name + " and " + first.name + " in " + report_.line_of(first.pos) +
                      " both say who may run together",
                  std::move(hint));
  }

  std::optional<Use> use() {
    const Field<Text>& field = draft_.router.use;
    if (!field.value) return field.broken ? std::nullopt : std::optional(Use::kGroup);
    const std::string& word = field.value->value.value;
    if (word.empty() || word == "group") return Use::kGroup;
    if (word == "matrix") return Use::kMatrix;
    std::string hint = did_you_mean(word, {"group", "matrix"});
    report_.error(field.value->pos, "unknown router " + in_quotes(field.value->value.shown()),
                  hint.empty() ? "write group or matrix" : std::move(hint));
    return std::nullopt;
  }

  std::variant<Groups, Matrix> router() {
    const RouterDraft& router = draft_.router;
    const std::optional<Use> used = use();
    if (!used) return both(router);
    if (*used == Use::kMatrix) {
      if (says_groups(router)) ignored(router.groups.key, "groups", "write 'use: group' to use it");
      return chosen_matrix(router);
    }
    if (router.matrix.value && !router.matrix.value->value.is_empty) {
      ignored(router.matrix.key, "matrix", "write 'use: matrix' to use it");
    }
    return groups(router);
  }

  void ignored(SourcePos key, const char* name, const char* hint) {
    report_.warning(key, in_quotes(name) + " is ignored: 'routing.router' uses the other one", hint);
  }

  std::variant<Groups, Matrix> chosen_matrix(const RouterDraft& router) {
    if (router.matrix.value) return matrix(router);
    if (!router.matrix.broken) {
      report_.error(router.use.value->pos,
                    "'use' is matrix, but 'routing.router.settings.matrix' is not given",
                    "give it there, with 'sets' and, for short names, 'vars'");
    }
    return Groups{};
  }

  // Where it is not clear which one counts, both are checked.
  std::variant<Groups, Matrix> both(const RouterDraft& router) {
    Groups checked = groups(router);
    if (router.matrix.value) return matrix(router);
    return checked;
  }

  Groups groups(const RouterDraft& router) {
    return validate_groups(router.groups.value ? router.groups.value->value : GroupsDraft{}, models_,
                           report_);
  }

  Matrix matrix(const RouterDraft& router) {
    return validate_matrix(router.matrix.value->value, router.matrix.key, models_, report_);
  }

  const RoutingDraft& draft_;
  const ModelNames& models_;
  Report& report_;
};

void check_scheduler(const Field<Text>& use, Report& report) {
  if (!use.value) return;
  const std::string& word = use.value->value.value;
  if (word.empty() || word == "fifo" || word == "fair") return;
  std::string hint = did_you_mean(word, {"fifo", "fair"});
  report.error(use.value->pos, "unknown scheduler " + in_quotes(use.value->value.shown()),
               hint.empty() ? "write fifo or fair; they mean the same" : std::move(hint));
}

// What the file does not give keeps its default.
void set_patience(const Field<Text>& field, const char* key, std::chrono::nanoseconds& time, Report& report) {
  const std::optional<std::chrono::nanoseconds> given = length_of_time(field, key, report);
  if (!given) return;
  if (*given < std::chrono::nanoseconds(0)) {
    return report.error(field.value->pos, in_quotes(key) + " must be at least 0");
  }
  time = *given;
}

}  // namespace

Routing validate_routing(const RoutingDraft& draft, const std::vector<ModelConfig>& models, Report& report) {
  const ModelNames names(models);
  Routing routing;
  routing.router = RouterValidator(draft, names, report).run();
  check_scheduler(draft.scheduler.use, report);
  set_patience(draft.scheduler.max_wait, "fair.maxWait", routing.max_wait, report);
  set_patience(draft.scheduler.min_residency, "fair.minResidency", routing.min_residency, report);
  return routing;
}

}  // namespace paddock::config
