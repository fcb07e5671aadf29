#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "model_names.h"
#include "paddock/base/text.h"
#include "paddock/matrix/sets.h"
#include "report.h"
#include "validate.h"
#include "validate_routing.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxName = 32;

bool is_var_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), fits);
}

class MatrixValidator {
 public:
  MatrixValidator(const ModelNames& models, Report& report) : models_(models), report_(report) {}

  Matrix run(const MatrixDraft& draft, SourcePos key) {
    if (draft.vars.value) {
      for (const Named<Text>& var : draft.vars.value->value) add_var(var);
    }
    var_names_.insert(var_names_.end(), models_.ids().begin(), models_.ids().end());
    if (draft.costs.value) {
      for (const Named<std::int64_t>& cost : draft.costs.value->value) add_cost(cost);
    }
    check_sets(draft.sets, key);
    return std::move(matrix_);
  }

 private:
  // Stands for the model of a variable whose own error has been reported: what uses it is not wrong again.
  std::size_t nobody() const { return models_.size(); }

  void add_var(const Named<Text>& var) {
    const std::string& name = var.name.value;
    const std::size_t model = model_of(var).value_or(nobody());
    vars_.emplace(name, model);
    var_names_.push_back(name);
    if (!is_var_name(name)) {
      report_.error(var.name.pos,
                    "variable name " + in_quotes(name) + " must be 1-32 characters of a-z A-Z 0-9 . - _");
    }
    if (model == nobody()) return;
    if (const std::optional<std::size_t> hidden = models_.with_id(name); hidden && *hidden != model) {
      report_.warning(var.name.pos, "variable " + in_quotes(name) + " hides the model of that id",
                      "no expression can name that model; give the variable another name");
    }
    matrix_.vars.push_back({name, models_.id(model)});
  }

  std::optional<std::size_t> model_of(const Named<Text>& var) {
    if (!var.value.value) {
      if (!var.value.broken)
        report_.error(var.name.pos, "variable " + in_quotes(var.name.value) + " names no model");
      return std::nullopt;
    }
    const std::string& name = var.value.value->value.value;
    if (const std::optional<std::size_t> model = models_.with_id(name)) return model;
    report_.error(var.value.value->pos,
                  "no model " + in_quotes(var.value.value->value.shown()) + " for variable " +
                      in_quotes(var.name.value),
                  alias_hint(name).value_or(report_.full() ? "" : did_you_mean(name, models_.ids())));
    return std::nullopt;
  }

  // What to write if the name is an alias, which a matrix does not know.
  std::optional<std::string> alias_hint(std::string_view name) const {
    const std::optional<std::size_t> model = models_.find(name);
    if (!model) return std::nullopt;
    return in_quotes(name) + " is an alias: write the id " + in_quotes(models_.id(*model).str());
  }

  std::optional<std::size_t> find(std::string_view name) const {
    if (const auto var = vars_.find(name); var != vars_.end()) return var->second;
    return models_.with_id(name);
  }

  void add_cost(const Named<std::int64_t>& cost) {
    const std::string& name = cost.name.value;
    const std::int64_t number =
        in_range(cost.value, name.c_str(), 1, std::numeric_limits<int>::max(), 1, report_);
    const std::optional<std::size_t> model = find(name);
    if (!model) {
      return report_.error(cost.name.pos, "no model or variable " + in_quotes(name) + " for a cost",
                           alias_hint(name).value_or(report_.full() ? "" : did_you_mean(name, var_names_)));
    }
    if (*model == nobody()) return;
    const auto [first, is_new] = costs_.try_emplace(*model, cost.name.pos);
    if (!is_new) {
      return report_.error(cost.name.pos,
                           "model " + in_quotes(models_.id(*model).str()) + " has its cost already in " +
                               report_.line_of(first->second),
                           "give the cost once, to the variable or to the model");
    }
    if (cost.value.value) matrix_.costs.push_back({models_.id(*model), static_cast<int>(number)});
  }

  void check_sets(const Field<NamedList<Text>>& field, SourcePos key) {
    if (field.broken) return;
    if (!field.value || field.value->value.empty()) {
      return report_.error(field.given() ? field.key : key, "'matrix' needs at least one set under 'sets'",
                           "like 'both: a & b', for models that may run together");
    }
    const NamedList<Text>& sets = field.value->value;
    std::vector<matrix::Definition> definitions;
    for (const Named<Text>& set : sets) definitions.push_back({set.name.value, add_set(set)});
    const Result<matrix::Sets, std::vector<matrix::Trouble>> linked = matrix::link(definitions, names());
    if (linked.has_value()) return;
    for (const matrix::Trouble& trouble : linked.error()) {
      if (report_.full()) return;
      const Text& text = sets[trouble.set].value.value->value;
      if (text.secrets.empty()) {
        report_.error(text.at(trouble.offset), trouble.message, trouble.hint);
      } else {
        report_.error(text.at(trouble.offset),
                      "set " + in_quotes(sets[trouble.set].name.value) + " is wrong here",
                      "part of it comes from the environment and is not shown");
      }
    }
  }

  // The text to check, if there is any.
  std::optional<std::string_view> add_set(const Named<Text>& set) {
    if (!set.value.value) {
      if (!set.value.broken) report_.error(set.name.pos, "no expression in set " + in_quotes(set.name.value));
      return std::nullopt;
    }
    const std::string& text = set.value.value->value.value;
    matrix_.sets.push_back({set.name.value, text, set.name.pos});
    return text;
  }

  matrix::Names names() const {
    matrix::Names names;
    names.model = [this](std::string_view name) -> std::optional<std::uint32_t> {
      const std::optional<std::size_t> model = find(name);
      if (!model) return std::nullopt;
      return static_cast<std::uint32_t>(*model);
    };
    names.hint = [this](std::string_view name, const std::unordered_set<std::string_view>& used) {
      return hint(name, used);
    };
    return names;
  }

  std::string hint(std::string_view name, const std::unordered_set<std::string_view>& used) const {
    if (const std::optional<std::size_t> model = models_.find(name)) {
      const std::string& id = models_.id(*model).str();
      if (!matrix::is_name(id)) {
        return in_quotes(name) + " is an alias of " + in_quotes(id) + ": give that model a name under vars";
      }
      return *alias_hint(name);
    }
    const std::optional<std::string_view> near = nearest(name, var_names_, used);
    if (!near) return {};
    if (matrix::is_name(*near)) return "did you mean " + in_quotes(*near) + "?";
    return "give model " + in_quotes(*near) + " a name under vars";
  }

  const ModelNames& models_;
  Report& report_;
  std::unordered_map<std::string_view, std::size_t> vars_;  // to models
  std::vector<std::string> var_names_;                      // and then the ids
  std::unordered_map<std::size_t, SourcePos> costs_;        // by model
  Matrix matrix_;
};

}  // namespace

Matrix validate_matrix(const MatrixDraft& draft, SourcePos key, const ModelNames& models, Report& report) {
  return MatrixValidator(models, report).run(draft, key);
}

}  // namespace paddock::config
