// What one event costs the scheduler: with nobody waiting, with a thousand clients behind one model, and with
// a thousand models that all want in.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "paddock/matrix/sets.h"
#include "paddock/scheduler/scheduler.h"

namespace {

using namespace paddock;
using namespace paddock::scheduler;

constexpr std::uint32_t kModels = 1000;

ModelId name(std::uint32_t number) { return ModelId("m" + std::to_string(number)); }

// Two cards: one model of the first half and one of the second fit beside each other.
std::shared_ptr<const EvictionPolicy> two_cards() {
  std::string low, high;
  for (std::uint32_t i = 0; i < kModels; ++i) {
    std::string& half = i < kModels / 2 ? low : high;
    half += (half.empty() ? "" : "|") + std::to_string(i);
  }
  const std::string text = "(" + low + ")&(" + high + ")";
  matrix::Names names;
  names.model = [](std::string_view word) {
    return static_cast<std::uint32_t>(std::stoul(std::string(word)));
  };
  const std::vector<matrix::Definition> definitions{{"cards", text}};
  std::vector<ModelId> models;
  for (std::uint32_t i = 0; i < kModels; ++i) models.push_back(name(i));
  matrix::Solver solver(*matrix::link(definitions, names), std::vector<std::uint64_t>(kModels, 1));
  return std::make_shared<const MatrixPolicy>(std::move(solver), std::move(models),
                                              std::vector<std::string>{"cards"});
}

struct World {
  World() : scheduler(options(), two_cards()) {
    for (const std::uint32_t model : {0u, kModels / 2}) {
      arrive(name(model));
      send(ProcessReady{name(model), {++launches}});
    }
  }
  static Options options() {
    Options out;
    for (std::uint32_t i = 0; i < kModels; ++i) out.models.push_back({name(i)});
    return out;
  }
  TicketId arrive(const ModelId& model) {
    const TicketId ticket{++tickets};
    send(RequestArrived{ticket, model});
    return ticket;
  }
  void send(const Event& event) {
    benchmark::DoNotOptimize(scheduler.on(event, now += std::chrono::microseconds(10)));
  }
  void come_and_go(const ModelId& model) { send(RequestFinished{arrive(model)}); }

  TimePoint now{};
  std::uint64_t tickets = 0;
  std::uint64_t launches = 0;
  Scheduler scheduler;
};

void nobody_waits(benchmark::State& state) {
  World world;
  for (auto _ : state) world.come_and_go(name(0));
}
BENCHMARK(nobody_waits)->Unit(benchmark::kMicrosecond);

void a_thousand_clients_wait(benchmark::State& state) {
  World world;
  for (int i = 0; i < 1000; ++i) world.arrive(name(1));
  for (auto _ : state) world.come_and_go(name(0));
}
BENCHMARK(a_thousand_clients_wait)->Unit(benchmark::kMicrosecond);

void models_wait(benchmark::State& state) {
  World world;
  for (std::uint32_t i = 1; i <= static_cast<std::uint32_t>(state.range(0)); ++i)
    world.arrive(name(i * 7 % kModels));
  for (auto _ : state) world.come_and_go(name(0));
}
BENCHMARK(models_wait)->Arg(1)->Arg(10)->Arg(100)->Arg(900)->Unit(benchmark::kMicrosecond);

// All are overdue: each holds what is in its way.
void overdue_models_wait(benchmark::State& state) {
  World world;
  for (std::uint32_t i = 1; i <= static_cast<std::uint32_t>(state.range(0)); ++i)
    world.arrive(name(i * 7 % kModels));
  world.now += std::chrono::seconds(60);
  for (auto _ : state) world.send(RequestCancelled{world.arrive(name(0))});
}
BENCHMARK(overdue_models_wait)->Arg(1)->Arg(10)->Arg(100)->Arg(900)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
