// MachineReader: the machine's cores, memory, load and network out of /proc, for /metrics.
//
// Shares of time are since the look before; the first look has none. Files that are missing or odd tell
// nothing. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "paddock/machine/stats.h"
#include "paddock/metrics/exposition.h"

namespace paddock::metrics {

class MachineReader {
 public:
  explicit MachineReader(std::string proc = "/proc") : proc_(std::move(proc)) {}

  MachineNow look();

 private:
  const std::string proc_;
  std::mutex mutex_;
  std::vector<machine::CoreTime> before_;  // guarded by mutex_
};

}  // namespace paddock::metrics
