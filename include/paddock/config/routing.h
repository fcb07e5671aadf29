// Which models may run together, as the file says it: groups or a matrix, and the patience of the scheduler.
// The legacy top-level keys end up here too. Each model's own part (priority, limits, pin) is model.h's.
// Immutable values.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/source_pos.h"
#include "paddock/matrix/sets.h"

namespace paddock::config {

// A model may run beside members of its own group unless `swap`, and loading it stops other groups' models
// if it is `exclusive` and they are not `persistent`.
struct Group {
  std::string name;
  bool swap = true;
  bool exclusive = true;
  bool persistent = false;
  std::vector<ModelId> members;  // existing models, each in one group only
  SourcePos pos;                 // of its key

  friend bool operator==(const Group&, const Group&) = default;
};

// Every model is in exactly one group: those that the file puts in none are in the last, `(default)`, sorted.
// It is always there, if only empty.
struct Groups {
  std::vector<Group> groups;

  friend bool operator==(const Groups&, const Groups&) = default;
};

struct Matrix {
  struct Var {
    std::string name;
    ModelId model;

    friend bool operator==(const Var&, const Var&) = default;
  };
  struct Cost {
    ModelId model;
    int cost = 1;

    friend bool operator==(const Cost&, const Cost&) = default;
  };
  // The expression has been checked: it parses, and every name in it is a variable, a model or (with `+`) a
  // set, without cycles.
  struct Set {
    std::string name;
    std::string expression;
    SourcePos pos;  // of its key

    friend bool operator==(const Set&, const Set&) = default;
  };

  std::vector<Var> vars;    // in file order
  std::vector<Cost> costs;  // of evicting a model; a model without one costs 1
  std::vector<Set> sets;    // in file order, which decides ties; at least one

  friend bool operator==(const Matrix&, const Matrix&) = default;
};

struct Routing {
  std::variant<Groups, Matrix> router;
  std::chrono::nanoseconds max_wait = std::chrono::seconds(30);  // after it a request is overdue
  std::chrono::nanoseconds min_residency{0};                     // a loaded model stays at least so long

  friend bool operator==(const Routing&, const Routing&) = default;
};

// The expressions of a valid Matrix, linked: a model's number in them is its place in `models`, which are all
// models of the file.
matrix::Sets link_sets(const Matrix& matrix, const std::vector<ModelId>& models);

// Whether the file lets these models run all at once: they are in one group that does not swap, or one member
// of one set holds them (matrix/sets.h says where that is given up). One model alone always may, and so may
// none. For a valid Routing and ids of its models. Reads all expressions again: for loading, not for
// requests.
bool may_run_together(const Routing& routing, const std::vector<ModelId>& models);

}  // namespace paddock::config
