// Sets: all named expressions of a matrix together, checked and linked to each other.
//
// Not the solver: what must go for a model to run is decided elsewhere, on the trees that this gives.
// Pure functions, any thread; never throw; time and memory grow with the length of the texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/matrix/expression.h"

namespace paddock::matrix {

struct Definition {
  std::string_view name;
  // Nothing: the set exists, but its text is known to be broken and is not looked at.
  std::optional<std::string_view> expression;
};

// Who the names in expressions are, as the caller knows them.
struct Names {
  // The number of the model that a name stands for; nothing if it is nobody's.
  std::function<std::optional<std::uint32_t>(std::string_view name)> model;
  // What to do about a name that is nobody's; `used` are all names in its expression. May be empty.
  std::function<std::string(std::string_view name, const std::unordered_set<std::string_view>& used)> hint;
};

// One thing that is wrong. The message names the set.
struct Trouble {
  std::size_t set = 0;     // index of the definition
  std::size_t offset = 0;  // byte in its expression; its length is a place too
  std::string message;     // lower case, no full stop
  std::string hint;        // may be empty
};

struct Sets {
  std::vector<Expression> expressions;  // one per definition, in their order
  // All indices of definitions, each after those it refers to, otherwise in the order of definition.
  std::vector<std::uint32_t> order;
};

// More troubles than these are not looked for.
inline constexpr std::size_t kMaxTroubles = 200;

// The sets, or all that is wrong with them: syntax (the first error of each expression), names that are
// nobody's, references to sets that do not exist, and circles of references (each once, where it closes).
Result<Sets, std::vector<Trouble>> link(std::span<const Definition> definitions, const Names& names);

// Whether one member of one set's family holds all these models. No models: yes.
//
// Exact, except that it is no when there are more than 64 different ones, or when the question needs more
// than some ten million steps: in general it is as hard as any puzzle, and only a text made for that gets
// there.
bool hold_together(const Sets& sets, std::span<const std::uint32_t> models);

}  // namespace paddock::matrix
