// Any bytes as a launch's trace and as the mounts of cgroups: what is read from a trace is
// written back the same, and a folder is an absolute path.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cgroup.h"
#include "record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace keeper = paddock::keeper;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto trace = keeper::parse_trace(text)) {
    if (trace->leader <= 1 || trace->keeper <= 1) std::abort();
    const auto again = keeper::parse_trace(keeper::format(*trace));
    if (!again || again->leader != trace->leader || again->cgroup != trace->cgroup) std::abort();
  }
  const std::size_t middle = size / 2;
  keeper::cgroup_folder(text.substr(0, middle), text.substr(middle));
  return 0;
}
