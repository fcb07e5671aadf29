// docs/scheduling.md quotes the program's output as it is today.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "bench/sched_sim/contest.h"

namespace paddock::sched_sim {
namespace {

// The lines of the block that begins with this word alone.
std::vector<std::string> quoted(const std::string& fence) {
  std::ifstream file(PADDOCK_SOURCE_DIR "/docs/scheduling.md");
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line == "```") return lines;
    if (inside) lines.push_back(line);
    inside = inside || line == fence;
  }
  return {};
}

// What the program prints about the scenes that are quoted.
std::set<std::string> printed(const std::vector<std::string>& quotes) {
  constexpr int kSeeds = 20;  // as the command in the document
  std::stringstream output;
  for (const Scene& scene : scenes()) {
    const auto is_head = [&](const std::string& quote) { return quote.starts_with(scene.name + ": "); };
    if (std::any_of(quotes.begin(), quotes.end(), is_head)) print(output, scene, hold(scene, 1, kSeeds));
  }
  std::set<std::string> lines;
  for (std::string line; std::getline(output, line);) lines.insert(line);
  return lines;
}

TEST(Docs, QuoteTheSimulation) {
  const std::vector<std::string> quotes = quoted("```text sched_sim");
  ASSERT_GT(quotes.size(), 10U);
  const std::set<std::string> lines = printed(quotes);
  for (const std::string& quote : quotes) {
    EXPECT_EQ(lines.count(quote), 1U)
        << "the program does not print this any more: " << quote << "\nquote bench_sched_sim --seeds 20 anew";
  }
}

}  // namespace
}  // namespace paddock::sched_sim
