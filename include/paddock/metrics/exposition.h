// The text of /metrics (Prometheus text format 0.0.4) out of a snapshot. Pure; any thread.
//
// Every family is there with its HELP and TYPE also while it has no sample, so that a dashboard can be
// checked against it. To add one: a line in src/metrics/exposition.cpp, and one in docs/metrics.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/metrics/counters.h"

namespace paddock::metrics {

// A model as it is now.
struct ModelNow {
  std::string id;
  std::string state;  // router::state_name
  int waiting = 0;    // requests in flight that wait for a place
  int sending = 0;    // that the server has and has not begun to answer
  int answering = 0;
};

// A card, as far as its driver tells.
struct GpuNow {
  std::string id;  // llama-swap's: the index
  std::string name, uuid;
  std::optional<double> used_bytes, total_bytes, utilisation_percent, temperature_celsius, power_watts;
  std::optional<double> memory_temperature_celsius, fan_percent;
  struct Holder {
    std::string model;
    double bytes = 0;
  };
  std::vector<Holder> models;  // what launches hold of it
};

// The machine itself, in llama-swap's words.
struct MachineNow {
  std::vector<double> core_percent;
  std::optional<double> memory_total, memory_used, memory_free, swap_total, swap_used;  // bytes
  std::optional<double> load_1, load_5, load_15;
  struct Interface {
    std::string name;
    double received = 0, sent = 0;  // bytes
  };
  std::vector<Interface> interfaces;
};

struct Snapshot {
  std::string version, commit;
  Counters::PerModel counts;
  std::vector<ModelNow> models;
  std::vector<GpuNow> gpus;
  MachineNow machine;
  std::uint64_t rows_dropped = 0;  // of the activity list
};

std::string exposition(const Snapshot& snapshot);

// With the characters escaped that would end it.
std::string label_value(std::string_view text);

}  // namespace paddock::metrics
