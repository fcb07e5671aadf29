// What does loading a configuration cost, compared with what its YAML reader needs alone? 10,000 models with
// macros, once through load_text and once through yaml-cpp's events with nobody listening; prints the ratio
// of their CPU times. The promise is at most 2.
//
//   build/release/bench_config_load [--benchmark_...]
#include <benchmark/benchmark.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sstream>
#include <string>

#include "paddock/config/load.h"

namespace {

constexpr int kModels = 10000;

std::string file_of_models() {
  std::string text =
      "startPort: 5800\nhealthCheckTimeout: 120\nmacros:\n  bin: /opt/llama/bin/llama-server\n"
      "  common: \"--host 127.0.0.1 --port ${PORT} --flash-attn on\"\n"
      "  server: \"${bin} ${common}\"\n  dir: /srv/models\n  context: 8192\nmodels:\n";
  for (int i = 0; i < kModels; ++i) {
    const std::string number = std::to_string(i);
    text += "  model-" + number + ":\n    macros:\n      quant: Q4_K_M\n    cmd: |\n      ${server}\n";
    text += "      --model ${dir}/${MODEL_ID}-${quant}.gguf\n      --ctx-size ${context}\n";
    text += "    name: \"Model ${MODEL_ID}\"\n    ttl: 300\n    aliases: [m" + number + ", \"n" + number +
            "\"]\n";
    text += "    env:\n      - CUDA_VISIBLE_DEVICES=0\n    checkEndpoint: /health\n";
  }
  return text;
}

const std::string& text() {
  static const std::string text = file_of_models();
  return text;
}

class Nobody final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

void parse_events() {
  std::istringstream in(text());
  YAML::Parser parser(in);
  Nobody nobody;
  while (parser.HandleNextDocument(nobody)) {
  }
}

bool load() {
  const auto result = paddock::config::load_text(text(), "bench.yaml", {});
  return result.config != nullptr && result.config->models.size() == kModels && result.diagnostics.empty();
}

void events_only(benchmark::State& state) {
  for (auto _ : state) parse_events();
}
BENCHMARK(events_only)->Unit(benchmark::kMillisecond);

void load_text(benchmark::State& state) {
  for (auto _ : state) {
    if (!load()) state.SkipWithError("the file does not load");
  }
}
BENCHMARK(load_text)->Unit(benchmark::kMillisecond);

template <class Work>
double cpu_seconds(Work work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// In turn, so that what the machine does besides meets both; the least of each is the one least disturbed.
double ratio() {
  constexpr int kRounds = 7;
  double events = 1e9;
  double whole = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    events = std::min(events, cpu_seconds(parse_events));
    whole = std::min(whole, cpu_seconds(load));
  }
  return whole / events;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  std::printf("loading costs %.2f times the events alone (promised: at most 2)\n", ratio());
  return 0;
}
