// bench_swap_overhead: what paddock adds to a swap. Two fakes that load in under 200 ms take turns; each
// request asks for the one that is not loaded. Per swap
//
//   overhead = (the request's first byte is sent -> all of it has arrived at the new fake)
//              - the old fake's own stop  (its handler of SIGTERM runs -> its last statement)
//              - the new fake's own start (the first statement of its main -> its health says 200)
//
// All times are CLOCK_MONOTONIC of one machine: the client's by this program, the fakes' by what they record
// (tests/fake_upstream/recorder.h). The fakes' shares are read narrowly, so that everything else counts as
// paddock's: the decision, the signal's way, the kernel's work at exit, exec and linking, reaping, the log's
// last bytes, the time until a probe notices that the model is ready, and the request's way to it. How long
// the fakes take to start and to stop is drawn anew for each swap, so that no beat of the probes can fit it.
//
// Other programs on the machine only ever make it look worse, so there are several rounds and the one with
// the best p99 counts. Exit code 1: p50 is not under 10 ms or p99 not under 30 ms in any round.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/test_daemon.h"

namespace {

using namespace paddock::test;

constexpr double kMedianUnder = 10, kWorstOfHundredUnder = 30;

struct Swap {
  double total, stop, start;           // of the definition above
  double until_signal, between, then;  // the parts of the overhead

  double overhead() const { return total - stop - start; }
};

double ms_between(const Event& from, const Event& to) {
  return std::chrono::duration<double, std::milli>(time_of(to) - time_of(from)).count();
}

// The events of that kind in the order of their times.
std::vector<Event> in_order(const Records& records, const char* kind, std::size_t count) {
  std::vector<Event> events = records.of(kind);
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a["t"] < b["t"]; });
  if (events.size() != count) throw std::runtime_error(std::string("unexpected number of '") + kind + "'");
  return events;
}

std::vector<Swap> read_swaps(const Records& records, const std::vector<Clock::time_point>& sent) {
  const std::size_t launches = sent.size(), swaps = launches - 1;
  const auto started = in_order(records, "started", launches),
             ready = in_order(records, "health_flip", launches);
  const auto arrived = in_order(records, "request", launches);
  const auto asked = in_order(records, "sigterm", swaps), left = in_order(records, "exit", swaps);
  std::vector<Swap> out;
  for (std::size_t i = 0; i < swaps; ++i) {
    const auto since = [&](const Event& event) {
      return std::chrono::duration<double, std::milli>(time_of(event) - sent[i + 1]).count();
    };
    out.push_back({since(arrived[i + 1]), ms_between(asked[i], left[i]),
                   ms_between(started[i + 1], ready[i + 1]), since(asked[i]),
                   ms_between(left[i], started[i + 1]), ms_between(ready[i + 1], arrived[i + 1])});
  }
  return out;
}

// What the next launch of this fake is like: under 200 ms until it is ready, some time to stop.
void draw_times(const std::string& file, std::mt19937& random) {
  const auto up_to = [&](int most) {
    return std::to_string(std::uniform_int_distribution<int>(0, most)(random));
  };
  std::ofstream(file) << "--listen-delay-ms " << up_to(90) << " --health-delay-ms " << up_to(100)
                      << " --sigterm-delay-ms " << up_to(20) << "\n";
}

std::string config_of(const TempDir& folder) {
  std::string text = "models:\n";
  for (const std::string id : {"a", "b"}) {
    text += "  " + id + ": {cmd: \"@FAKE@ --port ${PORT} --name " + id + " --flags-from " + folder.path(id) +
            "\"}\n";
  }
  return text;
}

std::vector<Swap> measure(int swaps, unsigned seed) {
  std::mt19937 random(seed);
  const TempDir folder;
  TestDaemon daemon(config_of(folder));
  std::vector<Clock::time_point> sent;
  for (int i = 0; i <= swaps; ++i) {
    const std::string model = i % 2 == 0 ? "a" : "b";
    draw_times(folder.path(model), random);
    const std::string request = chat_request(model);
    RawClient client(daemon.port());
    sent.push_back(Clock::now());
    client.send(request);
    if (const Response answer = read_response(client); answer.status() != 200)
      throw std::runtime_error("no answer: " + answer.body.bytes);
  }
  return read_swaps(daemon.records(), sent);
}

template <class Part>
double quantile(const std::vector<Swap>& swaps, double share, Part part) {
  std::vector<double> values;
  for (const Swap& swap : swaps) values.push_back(part(swap));
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

template <class Part>
void print_line(const char* what, const std::vector<Swap>& swaps, Part part) {
  std::printf("  %-42s", what);
  for (const double share : {0.5, 0.9, 0.99, 1.0}) std::printf(" %8.2f", quantile(swaps, share, part));
  std::printf("\n");
}

double worst_of_hundred(const std::vector<Swap>& swaps) {
  return quantile(swaps, 0.99, [](const Swap& swap) { return swap.overhead(); });
}

void print_round(int round, const std::vector<Swap>& swaps) {
  std::printf("round %d, %zu swaps, ms %22s %8s %8s %8s\n", round, swaps.size(), "p50", "p90", "p99", "max");
  print_line("overhead", swaps, [](const Swap& swap) { return swap.overhead(); });
  print_line("  sent -> the old fake's SIGTERM", swaps, [](const Swap& swap) { return swap.until_signal; });
  print_line("  old fake's end -> new fake's main", swaps, [](const Swap& swap) { return swap.between; });
  print_line("  new fake is ready -> request is there", swaps, [](const Swap& swap) { return swap.then; });
  print_line("(fakes' own: stop and start)", swaps, [](const Swap& swap) { return swap.stop + swap.start; });
  std::fflush(stdout);
}

int run(int swaps, int rounds, unsigned seed) {
  std::vector<Swap> best;
  for (int round = 1; round <= rounds; ++round) {
    const std::vector<Swap> swap_times = measure(swaps, seed + static_cast<unsigned>(round));
    print_round(round, swap_times);
    if (best.empty() || worst_of_hundred(swap_times) < worst_of_hundred(best)) best = swap_times;
  }
  const double median = quantile(best, 0.5, [](const Swap& swap) { return swap.overhead(); });
  const double worst = worst_of_hundred(best);
  const bool held = median < kMedianUnder && worst < kWorstOfHundredUnder;
  std::printf("%s: best of %d rounds p50 %.2f ms (under %.0f), p99 %.2f ms (under %.0f)\n",
              held ? "held" : "MISSED", rounds, median, kMedianUnder, worst, kWorstOfHundredUnder);
  return held ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What paddock adds to a swap, apart from the models' own stop and start.");
  int swaps = 300, rounds = 3;
  unsigned seed = 1;
  app.add_option("--swaps", swaps, "in each round")->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds, "the best one counts")->check(CLI::PositiveNumber);
  app.add_option("--seed", seed, "of the fakes' times");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(swaps, rounds, seed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_swap_overhead: %s\n", error.what());
    return 2;
  }
}
