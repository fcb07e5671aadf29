// MachineReader: the machine's cores, memory, load and network out of /proc, for /metrics.
//
// Shares of time are since the look before; the first look has none. Files that are missing or odd tell
// nothing. Thread-safe: one mutex, held while /proc is read.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/metrics/exposition.h"

namespace paddock::metrics {

class MachineReader {
 public:
  explicit MachineReader(std::string proc = "/proc") : proc_(std::move(proc)) {}

  MachineNow look();

 private:
  struct Core {
    std::uint64_t busy = 0, all = 0;
  };
  void read_cores(MachineNow& out);

  const std::string proc_;
  std::mutex mutex_;
  std::vector<Core> before_;  // guarded by mutex_
};

}  // namespace paddock::metrics
