// Monitor looks at the machine and its cards every so often and remembers an hour of it.
//
// set() is for the control thread, the rest for any. Destroyed on the control thread; the Cards outlive it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/machine/stats.h"
#include "paddock/vram/cards.h"

namespace paddock::vram {

struct Sample {
  std::chrono::system_clock::time_point taken{};
  machine::Stats stats;
  std::vector<double> busy;  // percent of each core since the sample before; empty in the first
  Picture cards;             // never null
};
using Samples = std::vector<std::shared_ptr<const Sample>>;

struct MonitorOptions {
  bool disabled = false;
  Duration every = std::chrono::seconds(5);

  friend bool operator==(const MonitorOptions&, const MonitorOptions&) = default;
};

class Monitor {
 public:
  // The first sample comes after one interval.
  Monitor(boost::asio::io_context& control, Cards& cards, MonitorOptions options);
  ~Monitor();

  // Other options than before forget all samples and begin anew.
  void set(MonitorOptions options);

  // Those taken after this, the oldest first; nothing while it is disabled.
  std::optional<Samples> samples(std::optional<std::chrono::system_clock::time_point> after = {}) const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::vram
