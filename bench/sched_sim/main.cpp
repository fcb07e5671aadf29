// bench_sched_sim: plain FIFO, llama-swap's rule and ours on the same traces.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <string>

#include "bench/sched_sim/contest.h"

namespace {

using namespace paddock::sched_sim;

int run(const std::string& only, std::uint64_t first, int seeds) {
  bool held = true, found = false;
  print_head(std::cout);
  std::cout << seeds << " traces each, seeds from " << first << "\n";
  for (const Scene& scene : scenes()) {
    if (!only.empty() && scene.name != only) continue;
    found = true;
    const Contest contest = hold(scene, first, seeds);
    print(std::cout, scene, contest);
    held = held && contest.broken.empty();
  }
  if (found) return held ? 0 : 1;
  std::cerr << "there is no scene " << only << "\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Who waits, and what swaps cost, under three rules. Exit code 1: more swaps than promised.");
  std::string scene;
  std::uint64_t first = 1;
  int seeds = 200;
  app.add_option("--scene", scene, "only this one");
  app.add_option("--first", first, "the first seed");
  app.add_option("--seeds", seeds, "traces for each scene")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  return run(scene, first, seeds);
}
