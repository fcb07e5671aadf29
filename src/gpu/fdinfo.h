// What processes have on cards, as the kernel's drivers tell in /proc/PID/fdinfo/FD of each open file of
// theirs (amdgpu, i915 and xe; the format is the kernel's drm-usage-stats).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::gpu {

// One open file of a driver.
struct DrmClient {
  std::string pci;  // lower case; may be empty
  std::string id;   // the same for copies of a descriptor
  std::uint64_t bytes = 0;
  std::uint64_t shared = 0;  // GTT

  friend bool operator==(const DrmClient&, const DrmClient&) = default;
};

// Any text. Nothing if it is of no driver's file. What is resident on the card counts; of a driver that does
// not tell this, what is allocated. Pure.
std::optional<DrmClient> parse_fdinfo(std::string_view text);

struct DrmUse {
  pid_t pid = 0;
  std::string pci;
  std::uint64_t bytes = 0;
  std::uint64_t shared = 0;
};

// Each process and card once, sorted by pid; a file that several share counts for the first. Reads links and
// small files of all processes that may be looked at; how many is bounded.
std::vector<DrmUse> drm_uses(const std::string& proc);

}  // namespace paddock::gpu
