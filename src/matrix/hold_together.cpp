#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "paddock/matrix/sets.h"

namespace paddock::matrix {

namespace {

using Kind = Expression::Kind;

// A member of a family, seen through the question: one bit for each model that is asked about.
using Mask = std::uint64_t;
constexpr std::size_t kMaxAsked = std::numeric_limits<Mask>::digits;
constexpr std::size_t kMaxSteps = 10'000'000;

// A family without the members that lie within others: what holds all the models lies within nothing.
using Family = std::vector<Mask>;

class Question {
 public:
  explicit Question(std::span<const std::uint32_t> models) {
    for (const std::uint32_t model : models) {
      if (bits_.size() <= kMaxAsked) bits_.try_emplace(model, Mask{1} << (bits_.size() % kMaxAsked));
    }
    for (const auto& [model, bit] : bits_) all_ |= bit;
  }

  bool is_too_large() const { return bits_.size() > kMaxAsked; }

  bool ask(const Sets& sets) {
    if (all_ == 0) return true;
    families_.resize(sets.expressions.size());
    for (const std::uint32_t set : sets.order) {
      families_[set] = family_of(sets.expressions[set]);
      if (steps_ >= kMaxSteps) return false;
      if (families_[set] == Family{all_}) return true;
    }
    return false;
  }

 private:
  Family family_of(const Expression& expression) {
    std::vector<Family> found(expression.nodes().size());
    for (std::size_t i = 0; i < found.size() && steps_ < kMaxSteps; ++i) {
      found[i] = family_of(expression, expression.nodes()[i], found);
    }
    return found.empty() ? Family{} : std::move(found.back());
  }

  // `found` holds the families of the operands; each is an operand once only.
  Family family_of(const Expression& expression, const Expression::Node& node, std::vector<Family>& found) {
    if (node.kind == Kind::kModel) {
      const auto bit = bits_.find(node.index);
      return {bit == bits_.end() ? Mask{0} : bit->second};
    }
    if (node.kind == Kind::kSet) return families_[node.index];
    const auto operands = expression.operands(node);
    Family family = std::move(found[operands.front()]);
    for (const std::uint32_t operand : operands.subspan(1)) {
      const Family other = std::exchange(found[operand], {});
      family = node.kind == Kind::kAny ? united(std::move(family), other) : joined(family, other);
    }
    return family;
  }

  Family united(Family family, const Family& other) {
    for (const Mask mask : other) add(family, mask);
    return family;
  }

  Family joined(const Family& left, const Family& right) {
    Family family;
    for (const Mask a : left) {
      for (const Mask b : right) {
        if (steps_ >= kMaxSteps) return family;
        add(family, a | b);
      }
    }
    return family;
  }

  void add(Family& family, Mask mask) {
    steps_ += family.size() + 1;
    const auto holds_it = [&](Mask other) { return (mask & ~other) == 0; };
    if (std::any_of(family.begin(), family.end(), holds_it)) return;
    family.erase(
        std::remove_if(family.begin(), family.end(), [&](Mask other) { return (other & ~mask) == 0; }),
        family.end());
    family.push_back(mask);
  }

  std::unordered_map<std::uint32_t, Mask> bits_;
  Mask all_ = 0;
  std::vector<Family> families_;  // by set
  std::size_t steps_ = 0;
};

}  // namespace

bool hold_together(const Sets& sets, std::span<const std::uint32_t> models) {
  Question question(models);
  return !question.is_too_large() && question.ask(sets);
}

}  // namespace paddock::matrix
