// Which of the files that a command names are worth reading ahead, and whether there is room for them. It
// looks at the file system, so it may be slow or hang.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::prefetch {

struct WeightFile {
  std::string path;
  std::uint64_t size = 0;

  friend bool operator==(const WeightFile&, const WeightFile&) = default;
};

// Those of the paths that are regular files of at least `smallest` bytes, and the other parts of a GGUF in
// several files, each once.
std::vector<WeightFile> weight_files(const std::vector<std::string>& paths, std::uint64_t smallest);

// MemAvailable in bytes, from the text of /proc/meminfo. Pure.
std::optional<std::uint64_t> available_memory(std::string_view meminfo);

}  // namespace paddock::prefetch
