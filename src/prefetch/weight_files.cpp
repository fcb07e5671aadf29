#include "weight_files.h"

#include <sys/stat.h>

#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "paddock/gguf/parts.h"

namespace paddock::prefetch {

namespace {

std::optional<WeightFile> weight_file(const std::string& path, std::uint64_t smallest) {
  struct stat facts {};
  if (path.empty() || ::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  return size < smallest ? std::nullopt : std::optional(WeightFile{path, size});
}

}  // namespace

std::vector<WeightFile> weight_files(const std::vector<std::string>& paths, std::uint64_t smallest) {
  std::vector<WeightFile> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path) {
    if (!seen.insert(path).second) return;
    if (auto file = weight_file(path, smallest)) out.push_back(std::move(*file));
  };
  for (const std::string& path : paths) {
    add(path);
    // The first part may be small: it can hold no weights at all.
    if (weight_file(path, 0)) {
      for (const std::string& part : gguf::parts_of(path)) add(part);
    }
  }
  return out;
}

std::optional<std::uint64_t> available_memory(std::string_view meminfo) {
  constexpr std::string_view kName = "MemAvailable:";
  std::size_t at = meminfo.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  at = meminfo.find_first_not_of(" \t", at + kName.size());
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t kib = 0;
  const auto [end, error] = std::from_chars(meminfo.data() + at, meminfo.data() + meminfo.size(), kib);
  if (error != std::errc() || kib > UINT64_MAX / 1024) return std::nullopt;
  return kib * 1024;
}

}  // namespace paddock::prefetch
