// What the sets of a matrix hold beside some models: the question of matrix::hold_together, asked for all
// other models at once. Pure function, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "paddock/matrix/sets.h"

namespace paddock::config {

struct HeldBeside {
  bool together = false;              // one member of one set's family holds all of the asked
  std::vector<std::uint32_t> models;  // the other models of such members, sorted
};

// `asked`: each model once, at least one. Nothing where the answer would cost too much: for more than 64
// models, and for a text made to be hard.
std::optional<HeldBeside> held_beside(const matrix::Sets& sets, std::span<const std::uint32_t> asked);

}  // namespace paddock::config
