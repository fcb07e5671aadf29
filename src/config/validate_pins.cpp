#include "validate_pins.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "held_beside.h"
#include "report.h"

namespace paddock::config {

namespace {

using Indices = std::vector<std::size_t>;  // of models, in file order

Indices pinned_of(const Config& config) {
  Indices pinned;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    if (config.models[i].pin) pinned.push_back(i);
  }
  return pinned;
}

// What each router says about pins: which of them can never all be loaded, and, if there are none such, which
// of them stand in the way of a model.
class GroupRule {
 public:
  GroupRule(const Groups& groups, const Config& config, const Indices& pinned)
      : pinned_(pinned), group_of_(config.models.size()), has_one_group_(groups.groups.size() == 1) {
    std::unordered_map<std::string_view, std::size_t> models;
    for (std::size_t i = 0; i < config.models.size(); ++i) models.emplace(config.models[i].id.str(), i);
    for (const Group& group : groups.groups) {
      for (const ModelId& member : group.members) group_of_[models.at(member.str())] = &group;
    }
  }

  // Two of which each would stop the other; what only one of them does depends on who comes first.
  Indices apart() const {
    for (const std::size_t one : pinned_) {
      Indices found{one};
      for (const std::size_t other : pinned_) {
        if (other > one && stops(one, other) && stops(other, one)) found.push_back(other);
      }
      if (found.size() > 1) return found;
    }
    return {};
  }

  bool is_blocked(std::size_t model) const {
    return std::any_of(pinned_.begin(), pinned_.end(),
                       [&](std::size_t other) { return stops(model, other); });
  }

  Indices blockers(std::size_t model) const {
    Indices out;
    std::copy_if(pinned_.begin(), pinned_.end(), std::back_inserter(out),
                 [&](std::size_t other) { return stops(model, other); });
    return out;
  }

  std::string hint() const {
    if (has_one_group_) return "one model runs at a time: say which may run together, or remove the 'pin'";
    return "put them into one group with 'swap: false', or remove a 'pin'";
  }

 private:
  // Whether loading one stops the other; the rule of the scheduler's policy for groups.
  bool stops(std::size_t loaded, std::size_t other) const {
    const Group& group = *group_of_[loaded];
    if (group_of_[other] == &group) return loaded != other && group.swap;
    return group.exclusive && !group_of_[other]->persistent;
  }

  const Indices& pinned_;
  std::vector<const Group*> group_of_;  // by model
  bool has_one_group_;
};

class MatrixRule {
 public:
  MatrixRule(const Matrix& matrix, const Config& config, const Indices& pinned) : pinned_(pinned) {
    std::vector<ModelId> ids;
    for (const ModelConfig& model : config.models) ids.push_back(model.id);
    const std::vector<std::uint32_t> asked(pinned.begin(), pinned.end());
    const std::optional<HeldBeside> held = held_beside(link_sets(matrix, ids), asked);
    free_.assign(config.models.size(), !held);
    if (!held) return;
    is_together_ = held->together || pinned.size() == 1;
    for (const std::size_t model : pinned) free_[model] = true;
    for (const std::uint32_t model : held->models) free_[model] = true;
  }

  Indices apart() const { return is_together_ ? Indices() : pinned_; }
  bool is_blocked(std::size_t model) const { return !free_[model]; }
  Indices blockers(std::size_t) const { return pinned_; }
  std::string hint() const { return "add a set that holds them all, or remove a 'pin'"; }

 private:
  const Indices& pinned_;
  std::vector<bool> free_;   // by model
  bool is_together_ = true;  // so is what is not known
};

class PinsValidator {
 public:
  PinsValidator(const Draft& draft, const Config& config, const Indices& pinned, Report& report)
      : draft_(draft), config_(config), pinned_(pinned), report_(report) {}

  template <class Rule>
  void run(const Rule& rule) {
    if (const Indices apart = rule.apart(); !apart.empty()) {
      return report_.warning(draft_.models[apart.back()].pin.key,
                             "the pinned models " + names(apart) + " can never be loaded together",
                             rule.hint());
    }
    const bool all = blocks_all(rule);
    if (all) {
      report_.warning(draft_.models[pinned_.front()].pin.key,
                      "no other model can ever be loaded while " + are_loaded(pinned_), rule.hint());
    }
    for (std::size_t i = 0; i < config_.models.size(); ++i) {
      if ((all && !config_.models[i].pin) || !rule.is_blocked(i)) continue;
      report_.warning(config_.models[i].pos,
                      "model " + quoted(i) + " can never be loaded while " + are_loaded(rule.blockers(i)),
                      rule.hint());
    }
  }

 private:
  template <class Rule>
  bool blocks_all(const Rule& rule) const {
    for (std::size_t i = 0; i < config_.models.size(); ++i) {
      if (!config_.models[i].pin && !rule.is_blocked(i)) return false;
    }
    return pinned_.size() < config_.models.size();
  }

  std::string are_loaded(const Indices& models) const {
    return models.size() == 1 ? "the pinned model " + names(models) + " is"
                              : "the pinned models " + names(models) + " are";
  }

  std::string names(const Indices& models) const {
    constexpr std::size_t kNamed = 5;
    std::string out;
    for (std::size_t i = 0; i < std::min(models.size(), kNamed); ++i) {
      out += (i > 0 ? ", " : "") + quoted(models[i]);
    }
    if (models.size() > kNamed) out += " and " + std::to_string(models.size() - kNamed) + " more";
    return out;
  }

  std::string quoted(std::size_t model) const { return in_quotes(config_.models[model].id.str()); }

  const Draft& draft_;
  const Config& config_;
  const Indices& pinned_;
  Report& report_;
};

}  // namespace

void validate_pins(const Draft& draft, const Config& config, Report& report) {
  const Indices pinned = pinned_of(config);
  if (pinned.empty()) return;
  PinsValidator validator(draft, config, pinned, report);
  if (const auto* groups = std::get_if<Groups>(&config.routing.router)) {
    validator.run(GroupRule(*groups, config, pinned));
  } else {
    validator.run(MatrixRule(std::get<Matrix>(config.routing.router), config, pinned));
  }
}

}  // namespace paddock::config
