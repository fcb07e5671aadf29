// Any text as one of the kernel's files about the machine.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/machine/hardware.h"
#include "paddock/machine/stats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace machine = paddock::machine;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  machine::parse_meminfo(text);
  machine::parse_cpuinfo(text);
  machine::os_release_value(text, "NAME");
  const auto cores = machine::parse_cores(text);
  for (const double percent : machine::busy_percent(std::vector<machine::CoreTime>(cores.size()), cores)) {
    if (!(percent >= 0 && percent <= 100)) std::abort();
  }
  for (const machine::Interface& one : machine::parse_interfaces(text)) {
    if (one.name.empty() || one.name.size() > size) std::abort();
  }
  const auto load = machine::parse_load(text);
  if (load && !std::isfinite((*load)[0])) std::abort();
  return 0;
}
