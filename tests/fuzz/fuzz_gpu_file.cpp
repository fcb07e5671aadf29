// Any bytes as a file of GPUs: what is taken from them is a list of cards that are told apart, and none uses
// more than it has.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "file_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace gpu = paddock::gpu;
  const auto devices = gpu::parse_devices({reinterpret_cast<const char*>(data), size});
  if (!devices) {
    if (devices.error().empty()) std::abort();
    return 0;
  }
  std::set<std::string> keys;
  for (const gpu::Device& device : *devices) {
    if (device.used > device.total || !keys.insert(gpu::key_of(device)).second) std::abort();
    gpu::title_of(device);
  }
  if (keys.empty()) std::abort();
  return 0;
}
