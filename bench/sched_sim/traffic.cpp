#include "bench/sched_sim/traffic.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "paddock/matrix/sets.h"
#include "paddock/matrix/solver.h"

namespace paddock::sched_sim {
namespace {

// The distributions of the standard library differ from one library to the next.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  double draw(Span span) { return span.from * std::pow(span.to / span.from, unit()); }
  // To the millisecond, where the rounding of libraries does not show.
  Duration draw_time(Span seconds) { return std::chrono::milliseconds(std::llround(draw(seconds) * 1000)); }
  std::size_t draw_count(Span span) { return static_cast<std::size_t>(draw({span.from, span.to + 1})); }
  std::size_t draw_index(const std::vector<double>& weights) {
    double left = 0;
    for (const double weight : weights) left += weight;
    left *= unit();
    std::size_t index = 0;
    while (index + 1 < weights.size() && left >= weights[index]) left -= weights[index++];
    return index;
  }

 private:
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

  std::mt19937_64 engine_;
};

std::shared_ptr<const scheduler::EvictionPolicy> policy_of(const Scene& scene) {
  if (scene.sets.empty()) return std::make_shared<scheduler::ExclusivePolicy>();
  std::vector<ModelId> models;
  for (const ModelKind& kind : scene.models) models.push_back(ModelId(kind.name));
  matrix::Names names;
  names.model = [&](std::string_view name) -> std::optional<std::uint32_t> {
    for (std::uint32_t i = 0; i < models.size(); ++i) {
      if (models[i].str() == name) return i;
    }
    return std::nullopt;
  };
  std::vector<matrix::Definition> definitions;
  for (const std::string& set : scene.sets) definitions.push_back({set, set});
  const auto sets = matrix::link(definitions, names);
  if (!sets) throw std::logic_error("the sets of " + scene.name + " are wrong");
  return std::make_shared<scheduler::MatrixPolicy>(
      matrix::Solver(*sets, std::vector<std::uint64_t>(models.size(), 1)), models, scene.sets);
}

Turn make_turn(const Scene& scene, const Habit& habit, std::size_t model, Random& random) {
  Turn turn;
  turn.asks.resize(random.draw_count(habit.burst));
  for (Ask& ask : turn.asks) ask = {model, random.draw_time(scene.models[model].answer)};
  return turn;
}

Duration longest(const Turn& turn) {
  Duration out{0};
  for (const Ask& ask : turn.asks) out = std::max(out, ask.answer);
  return out;
}

// Enough turns for the whole period, even if nothing ever has to wait.
User make_user(const Scene& scene, const Habit& habit, Random& random) {
  User user;
  Duration spent{0};
  while (spent < scene.period) {
    const std::size_t model = random.draw_index(habit.popularity);
    const std::size_t turns = random.draw_count(habit.turns);
    for (std::size_t i = 0; i < turns; ++i) {
      Turn turn = make_turn(scene, habit, model, random);
      turn.think = random.draw_time(i == 0 ? habit.away : habit.think);
      spent += turn.think + longest(turn);
      user.push_back(std::move(turn));
    }
  }
  return user;
}

}  // namespace

Trace make_trace(const Scene& scene, std::uint64_t seed) {
  Random random(seed);
  Trace trace;
  for (const ModelKind& kind : scene.models) {
    trace.models.push_back(
        {ModelId(kind.name), random.draw_time(kind.load), random.draw_time(kind.stop), kind.gpus});
  }
  trace.policy = policy_of(scene);
  trace.gpus = scene.gpus;
  trace.period = scene.period;
  for (const Habit& habit : scene.habits) {
    for (int i = 0; i < habit.users; ++i) trace.users.push_back(make_user(scene, habit, random));
  }
  return trace;
}

}  // namespace paddock::sched_sim
