// Any text as a file of /proc/PID/fdinfo: it is of a driver or it is not, and what is taken of it was there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fdinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto client = paddock::gpu::parse_fdinfo(text);
  if (!client) return 0;
  if (text.find("drm-") == std::string_view::npos) std::abort();
  if (client->pci.size() > size || client->id.size() > size) std::abort();
  return 0;
}
