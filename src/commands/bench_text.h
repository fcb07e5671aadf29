// What `paddock bench` asks and shows. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "measure.h"

namespace paddock::commands {

struct BenchResult {
  std::string model;
  std::optional<double> swap;  // seconds from asking for it to ready; nothing: it was loaded already
  std::vector<Figures> runs;   // in their order
};

// About 500 words that begin with `mark`, so that no engine has them in its cache.
std::string bench_prompt(const std::string& mark);

// Each figure's median over the runs that have it.
Figures median_of(const std::vector<Figures>& runs);

std::string bench_text(const BenchResult& result, std::optional<std::size_t> width);
Json bench_json(const BenchResult& result);

}  // namespace paddock::commands
