// Which models may run beside each other, two at a time, and how that is shown. Computed from the
// configuration alone, by the rules that the daemon evicts by; no daemon is asked. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "paddock/config/config.h"

namespace paddock::app {

struct Together {
  std::vector<ModelId> models;          // in the order of the file
  std::vector<std::vector<bool>> rows;  // [i][j], j < i: whether both may run at once
  std::vector<bool> pinned;             // [i]: never evicted for another

  bool pair(std::size_t a, std::size_t b) const { return a < b ? rows[b][a] : rows[a][b]; }
};

// Two may run at once if loading one beside the other evicts nothing, in one order at least: with groups, who
// comes first can matter. Two by two only: three that may each run with each other need not run all at once.
Together together_in(const config::Config& config);

// With more models than these there is a list for each model instead of a table: it would be too wide to
// read.
inline constexpr std::size_t kWidestTable = 40;

// The table or the lists, then who can never run with another. Nothing is cut.
std::string together_text(const Together& together);

}  // namespace paddock::app
