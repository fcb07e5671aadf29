// What a matrix costs: once when the configuration is read, and for each decision about a swap.
#include <benchmark/benchmark.h>

#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "paddock/matrix/sets.h"
#include "paddock/matrix/solver.h"

namespace {

using namespace paddock::matrix;

constexpr std::uint32_t kModels = 1000;

Sets linked(const std::vector<std::string>& texts) {
  std::vector<std::string> set_names;
  for (std::size_t i = 0; i < texts.size(); ++i) set_names.push_back("s" + std::to_string(i));
  std::vector<Definition> definitions;
  for (std::size_t i = 0; i < texts.size(); ++i) definitions.push_back({set_names[i], texts[i]});
  Names names;
  names.model = [](std::string_view name) {
    return static_cast<std::uint32_t>(std::stoul(std::string(name)));
  };
  return *link(definitions, names);
}

std::string any_of(const std::vector<std::uint32_t>& models) {
  std::string text;
  for (const std::uint32_t model : models) text += (text.empty() ? "(" : "|") + std::to_string(model);
  return text + ")";
}

std::vector<std::uint32_t> range(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

// Nine choices between 111 models each, one of them by reference: 111^9, more than 10^18 members. Besides, a
// hundred sets that combine ten models with that.
std::vector<std::string> thousand() {
  std::vector<std::string> sets{any_of(range(0, 111))};
  std::string all = "+s0";
  for (std::uint32_t group = 1; group < 9; ++group) all += "&" + any_of(range(111 * group, 111));
  sets.push_back(all);
  for (std::uint32_t i = 0; i < 100; ++i) sets.push_back(any_of(range(10 * i, 10)) + "&(+s0|999)");
  return sets;
}

// Every choice is between all running models, so that no part is settled before the end.
std::vector<std::string> any_half(std::uint32_t running) {
  std::string text = "0";
  for (std::uint32_t i = 0; i < running / 2; ++i) text += "&" + any_of(range(1, running));
  return {text};
}

// Choices between any three of the running models, so many that all models are in several.
std::vector<std::string> tangled(std::uint32_t running) {
  std::mt19937 random(1);
  std::string text = "0";
  for (std::uint32_t i = 0; i < running; ++i) {
    std::vector<std::uint32_t> three;
    for (int k = 0; k < 3; ++k) three.push_back(1 + random() % running);
    text += "&" + any_of(three);
  }
  return {text};
}

void solve(benchmark::State& state, const std::vector<std::string>& texts, std::uint32_t target,
           const std::vector<std::uint32_t>& running) {
  const Solver solver(linked(texts), std::vector<std::uint64_t>(kModels, 1));
  Plan plan;
  for (auto _ : state) benchmark::DoNotOptimize(plan = solver.solve(target, running));
  state.counters["exact"] = plan.exact ? 1 : 0;
  state.counters["evicted"] = static_cast<double>(plan.evict.size());
}

void compile_thousand(benchmark::State& state) {
  const std::vector<std::string> texts = thousand();
  for (auto _ : state)
    benchmark::DoNotOptimize(Solver(linked(texts), std::vector<std::uint64_t>(kModels, 1)));
}
BENCHMARK(compile_thousand)->Unit(benchmark::kMicrosecond);

void solve_thousand(benchmark::State& state) {
  std::vector<std::uint32_t> running;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(state.range(0)); ++i)
    running.push_back(61 * i + 3);
  solve(state, thousand(), 500, running);
}
BENCHMARK(solve_thousand)->Arg(1)->Arg(4)->Arg(16)->Unit(benchmark::kMicrosecond);

void solve_any_half(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  solve(state, any_half(count), 0, range(1, count));
}
BENCHMARK(solve_any_half)->Arg(8)->Arg(12)->Arg(16)->Arg(40)->Arg(120)->Unit(benchmark::kMicrosecond);

void solve_tangled(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  solve(state, tangled(count), 0, range(1, count));
}
BENCHMARK(solve_tangled)->Arg(16)->Arg(40)->Arg(120)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
