#include "held_beside.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

namespace paddock::config {

namespace {

using Kind = matrix::Expression::Kind;

// A member of a family, seen through the question: one bit for each model that is asked about.
using Mask = std::uint64_t;
using Models = std::vector<std::uint32_t>;
// The members by what they hold of the asked, each with the other models that any of these members holds.
using Family = std::map<Mask, Models>;

constexpr std::size_t kMaxAsked = std::numeric_limits<Mask>::digits;
// A step is a model copied; what a member costs in memory beside its models is worth some.
constexpr std::size_t kMaxSteps = 10'000'000;
constexpr std::size_t kStepsOfMember = 32;

class Question {
 public:
  explicit Question(std::span<const std::uint32_t> asked) {
    for (const std::uint32_t model : asked) bits_.emplace(model, Mask{1} << bits_.size());
    for (const auto& [model, bit] : bits_) all_ |= bit;
  }

  std::optional<HeldBeside> ask(const matrix::Sets& sets) {
    HeldBeside answer;
    families_.resize(sets.expressions.size());
    for (const std::uint32_t set : sets.order) {
      families_[set] = family_of(sets.expressions[set]);
      if (steps_ >= kMaxSteps) return std::nullopt;
      const auto found = families_[set].find(all_);
      if (found == families_[set].end()) continue;
      answer.together = true;
      append(answer.models, found->second);
    }
    tidy(answer.models);
    return answer;
  }

 private:
  Family family_of(const matrix::Expression& expression) {
    std::vector<Family> found(expression.nodes().size());
    for (std::size_t i = 0; i < found.size() && steps_ < kMaxSteps; ++i) {
      found[i] = family_of(expression, expression.nodes()[i], found);
    }
    return found.empty() ? Family{} : std::move(found.back());
  }

  // `found` holds the families of the operands; each is an operand once only.
  Family family_of(const matrix::Expression& expression, const matrix::Expression::Node& node,
                   std::vector<Family>& found) {
    if (node.kind == Kind::kModel) return family_of_model(node.index);
    if (node.kind == Kind::kSet) return copied(families_[node.index]);
    const auto operands = expression.operands(node);
    Family family = std::move(found[operands.front()]);
    for (const std::uint32_t operand : operands.subspan(1)) {
      const Family other = std::exchange(found[operand], {});
      if (node.kind == Kind::kAny) {
        unite(family, other);
      } else {
        family = joined(std::move(family), other);
      }
    }
    for (auto& [mask, models] : family) tidy(models);
    return family;
  }

  Family family_of_model(std::uint32_t model) const {
    const auto bit = bits_.find(model);
    return bit == bits_.end() ? Family{{Mask{0}, {model}}} : Family{{bit->second, {}}};
  }

  Family copied(const Family& family) {
    for (const auto& [mask, models] : family) steps_ += models.size() + 1;
    return family;
  }

  void unite(Family& family, const Family& other) {
    for (const auto& [mask, models] : other) append(family[mask], models);
  }

  // Each member of one with each of the other.
  Family joined(Family left, const Family& right) {
    Family family;
    for (auto& [mask, models] : left) {
      for (const auto& [other_mask, others] : right) {
        if (steps_ >= kMaxSteps) return family;
        steps_ += kStepsOfMember;
        Models& both = family[mask | other_mask];
        if (right.size() == 1 && both.empty()) {
          both = std::move(models);  // so that a long row of `&` copies nothing
        } else {
          append(both, models);
        }
        append(both, others);
      }
    }
    return family;
  }

  void append(Models& models, const Models& others) {
    steps_ += others.size() + 1;
    models.insert(models.end(), others.begin(), others.end());
  }

  static void tidy(Models& models) {
    std::sort(models.begin(), models.end());
    models.erase(std::unique(models.begin(), models.end()), models.end());
  }

  std::unordered_map<std::uint32_t, Mask> bits_;
  Mask all_ = 0;
  std::vector<Family> families_;  // by set
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<HeldBeside> held_beside(const matrix::Sets& sets, std::span<const std::uint32_t> asked) {
  if (asked.size() > kMaxAsked) return std::nullopt;
  return Question(asked).ask(sets);
}

}  // namespace paddock::config
