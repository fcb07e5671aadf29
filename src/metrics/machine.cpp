#include "paddock/metrics/machine.h"

#include <utility>

namespace paddock::metrics {

namespace {

void fill(const machine::Memory& memory, MachineNow& out) {
  const auto less = [](std::uint64_t all, std::uint64_t rest) {
    return static_cast<double>(all > rest ? all - rest : 0);
  };
  out.memory_total = static_cast<double>(memory.total);
  out.memory_free = static_cast<double>(memory.free);
  out.memory_used = less(memory.total, memory.available);
  out.swap_total = static_cast<double>(memory.swap_total);
  out.swap_used = less(memory.swap_total, memory.swap_free);
}

}  // namespace

MachineNow MachineReader::look() {
  machine::Stats stats = machine::read_stats(proc_);
  MachineNow out;
  if (stats.memory) fill(*stats.memory, out);
  if (stats.load) {
    out.load_1 = (*stats.load)[0];
    out.load_5 = (*stats.load)[1];
    out.load_15 = (*stats.load)[2];
  }
  for (machine::Interface& interface : stats.interfaces) {
    out.interfaces.push_back({std::move(interface.name), static_cast<double>(interface.received),
                              static_cast<double>(interface.sent)});
  }
  const std::lock_guard lock(mutex_);
  out.core_percent = machine::busy_percent(before_, stats.cores);
  before_ = std::move(stats.cores);
  return out;
}

}  // namespace paddock::metrics
