#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/matrix/sets.h"
#include "parser.h"

namespace paddock::matrix {

namespace {

using Kind = Expression::Kind;
using Node = Expression::Node;

std::uint32_t number(std::size_t index) { return static_cast<std::uint32_t>(index); }

class Linker {
 public:
  Linker(std::span<const Definition> definitions, const Names& names)
      : definitions_(definitions), names_(names), sets_{std::vector<Expression>(definitions.size()), {}} {
    for (std::size_t i = 0; i < definitions.size(); ++i) by_name_.try_emplace(definitions[i].name, number(i));
  }

  Result<Sets, std::vector<Trouble>> run() {
    for (std::size_t i = 0; i < definitions_.size() && !full(); ++i) {
      if (definitions_[i].expression) read(i);
    }
    Order(*this).run();
    if (!troubles_.empty()) return std::move(troubles_);
    return std::move(sets_);
  }

 private:
  // Depth first with a stack of its own: a chain of references may be as long as the file.
  class Order {
   public:
    explicit Order(Linker& linker) : linker_(linker), marks_(linker.definitions_.size(), Mark::kNew) {}

    void run() {
      for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i] == Mark::kNew) enter(number(i));
        while (!path_.empty()) step();
      }
    }

   private:
    enum class Mark : std::uint8_t { kNew, kOpen, kDone };
    struct Visit {
      std::uint32_t set;
      std::size_t next;  // node to look at
    };

    void enter(std::uint32_t set) {
      marks_[set] = Mark::kOpen;
      path_.push_back({set, 0});
    }

    void step() {
      Visit& visit = path_.back();
      const std::vector<Node>& nodes = linker_.sets_.expressions[visit.set].nodes();
      while (visit.next < nodes.size() && nodes[visit.next].kind != Kind::kSet) ++visit.next;
      if (visit.next == nodes.size()) {
        marks_[visit.set] = Mark::kDone;
        linker_.sets_.order.push_back(visit.set);
        path_.pop_back();
        return;
      }
      const Node& reference = nodes[visit.next++];
      if (marks_[reference.index] == Mark::kNew) return enter(reference.index);
      if (marks_[reference.index] == Mark::kOpen) report_circle(visit.set, reference);
    }

    void report_circle(std::uint32_t set, const Node& reference) {
      constexpr std::size_t kShown = 10;
      if (linker_.full()) return;
      auto at = path_.end();
      while ((--at)->set != reference.index) {
      }
      std::string way;
      for (std::size_t count = 0; at != path_.end(); ++at, ++count) {
        if (count < kShown) way += shown(linker_.definitions_[at->set].name) + " -> ";
        if (count == kShown) way += "... -> ";
      }
      way += shown(linker_.definitions_[reference.index].name);
      linker_.report(set, reference.offset, "circular reference " + way,
                     "a set cannot hold itself: remove one of these references");
    }

    Linker& linker_;
    std::vector<Mark> marks_;
    std::vector<Visit> path_;
  };

  bool full() const { return troubles_.size() >= kMaxTroubles; }

  void report(std::size_t set, std::size_t offset, std::string message, std::string hint) {
    if (full()) return;
    message += " in set " + shown(definitions_[set].name);
    troubles_.push_back({set, offset, std::move(message), std::move(hint)});
  }

  void read(std::size_t set) {
    Result<Syntax, SyntaxError> syntax = parse(*definitions_[set].expression);
    if (syntax.has_error()) {
      const SyntaxError& error = syntax.error();
      return report(set, error.offset, error.message, error.hint);
    }
    bool good = true;
    for (Node& node : syntax->nodes) {
      if (full()) return;
      if (node.kind == Kind::kModel) good = link_model(set, *syntax, node) && good;
      if (node.kind == Kind::kSet) good = link_set(set, *syntax, node) && good;
    }
    if (good) sets_.expressions[set] = Expression(std::move(syntax->nodes), std::move(syntax->operands));
  }

  bool link_model(std::size_t set, const Syntax& syntax, Node& node) {
    const std::string_view name = syntax.names[node.index];
    if (const std::optional<std::uint32_t> model = names_.model(name)) {
      node.index = *model;
      return true;
    }
    std::string hint;
    if (by_name_.contains(name)) {
      hint = shown(name) + " is a set: write " + shown("+" + std::string(name));
    } else if (names_.hint) {
      hint = names_.hint(name, used(set, syntax));
    }
    report(set, node.offset, "no model or variable " + shown(name), std::move(hint));
    return false;
  }

  bool link_set(std::size_t set, const Syntax& syntax, Node& node) {
    const std::string_view name = syntax.names[node.index];
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
      node.index = found->second;
      return true;
    }
    std::string hint;
    if (names_.model(name)) {
      hint = shown(name) + " is a model: write it without '+'";
    } else if (const auto near = nearest(name, set_names(), used(set, syntax))) {
      hint = "did you mean " + shown("+" + std::string(*near)) + "?";
    }
    report(set, node.offset, "no set " + shown(name) + " for " + shown("+" + std::string(name)),
           std::move(hint));
    return false;
  }

  // All names in the expression of this set and its own.
  const std::unordered_set<std::string_view>& used(std::size_t set, const Syntax& syntax) {
    if (used_of_ == set) return used_;
    used_of_ = set;
    used_ = {syntax.names.begin(), syntax.names.end()};
    used_.insert(definitions_[set].name);
    return used_;
  }

  const std::vector<std::string>& set_names() {
    if (!set_names_.empty()) return set_names_;
    for (const Definition& definition : definitions_) {
      if (is_name(definition.name)) set_names_.emplace_back(definition.name);
    }
    return set_names_;
  }

  std::span<const Definition> definitions_;
  const Names& names_;
  Sets sets_;
  std::vector<Trouble> troubles_;
  std::unordered_map<std::string_view, std::uint32_t> by_name_;
  std::optional<std::size_t> used_of_;
  std::unordered_set<std::string_view> used_;
  std::vector<std::string> set_names_;
};

}  // namespace

Result<Sets, std::vector<Trouble>> link(std::span<const Definition> definitions, const Names& names) {
  return Linker(definitions, names).run();
}

}  // namespace paddock::matrix
