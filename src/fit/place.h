// Where the buffers with a name are. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace paddock::fit {

enum class Place { kDevice, kRam, kRemote, kUnknown };

struct Where {
  Place place = Place::kUnknown;
  std::string device{};    // without what tells how it is mapped; empty in RAM
  bool is_mapped = false;  // of a file: may cover what has been copied to a device
};

// `CUDA0`, `CUDA0_Split`, `MTL0_Mapped`; `CUDA_Host` and `CPU_Mapped` are RAM.
Where where_is(std::string_view buffer);

}  // namespace paddock::fit
