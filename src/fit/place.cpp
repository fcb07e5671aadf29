#include "place.h"

#include <algorithm>
#include <iterator>

namespace paddock::fit {

namespace {

constexpr std::string_view kRam[] = {"CPU", "BLAS", "AMX", "KleidiAI"};
constexpr std::string_view kCards[] = {"CUDA", "ROCm", "HIP",   "MUSA",   "Vulkan",    "SYCL",
                                       "CANN", "MTL",  "Metal", "OpenCL", "GPUOpenCL", "Meta("};

template <std::size_t n>
bool starts_with_one(std::string_view name, const std::string_view (&prefixes)[n]) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool drop(std::string_view& name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

}  // namespace

Where where_is(std::string_view buffer) {
  std::string_view name = buffer.substr(0, 64);
  const bool is_mapped = drop(name, "_Mapped");
  for (const std::string_view suffix : {"_REPACK", "_Private", "_Split"}) drop(name, suffix);
  if (name.ends_with("_Host") || starts_with_one(name, kRam)) return {Place::kRam, {}, is_mapped};
  if (name.starts_with("RPC[")) return {Place::kRemote, std::string(name)};
  if (starts_with_one(name, kCards)) return {Place::kDevice, std::string(name)};
  return {Place::kUnknown, std::string(name)};
}

}  // namespace paddock::fit
