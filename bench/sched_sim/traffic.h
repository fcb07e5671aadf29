// Traffic: traces made up from a description of models and habits, and the scenes that are compared.
//
// The same seed gives the same trace, on every machine. Made up, not recorded: the numbers are those of a
// home or a small office as we imagine it.
// To add a scene: an entry in scenes.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/sched_sim/trace.h"

namespace paddock::sched_sim {

// Seconds, or a number of something. Drawn so that each doubling is as likely as the next: mostly short, now
// and then long.
struct Span {
  double from = 1, to = 1;
};

struct ModelKind {
  std::string name;
  Span load, stop, answer;
  unsigned gpus = 1;  // as in Model
};

// A user sits down, takes a model by its popularity, works some turns with it, and leaves for a while.
struct Habit {
  int users = 1;
  std::vector<double> popularity;  // as Scene::models; those that are missing are never asked for
  Span away, turns, think;
  Span burst{};  // requests at once
};

struct Scene {
  std::string name;
  std::string about;  // a line
  std::vector<ModelKind> models;
  std::vector<std::string> sets{};  // of a matrix; none: one model at a time
  int gpus = 1;
  std::vector<Habit> habits;
  Duration period = std::chrono::hours(8);
};

const std::vector<Scene>& scenes();

Trace make_trace(const Scene& scene, std::uint64_t seed);

}  // namespace paddock::sched_sim
