// The kernel's own numbers: card*/device/mem_info_vram_{total,used}, which only amdgpu has.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/base/words.h"
#include "paddock/gpu/source.h"

namespace paddock::gpu {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

std::optional<std::uint64_t> number_in(const fs::path& path) {
  return whole_number<std::uint64_t>(first_line(path));
}

// card0, but not card0-DP-1.
std::optional<int> card_number(const std::string& name) {
  constexpr std::string_view kCard = "card";
  if (!name.starts_with(kCard)) return std::nullopt;
  return whole_number<int>(std::string_view(name).substr(kCard.size()));
}

std::optional<Device> look_at(const fs::path& card) {
  const fs::path folder = card / "device";
  const auto total = number_in(folder / "mem_info_vram_total");
  const auto used = number_in(folder / "mem_info_vram_used");
  if (!total || !used) return std::nullopt;
  Device device;
  device.total = *total;
  device.used = *used;
  device.name = first_line(folder / "product_name");
  if (device.name.empty()) device.name = "AMD GPU";
  device.uuid = first_line(folder / "unique_id");
  std::error_code ignored;
  device.pci = to_lower(fs::canonical(folder, ignored).filename().string());
  return device;
}

class AmdGpu final : public Source {
 public:
  explicit AmdGpu(std::string drm) : drm_(std::move(drm)) {}

  Result<std::vector<Device>, std::string> read() override {
    std::vector<std::pair<int, Device>> found;
    std::error_code error;
    for (fs::directory_iterator entry(drm_, error), end; !error && entry != end; entry.increment(error)) {
      const auto number = card_number(entry->path().filename().string());
      auto device = number ? look_at(entry->path()) : std::nullopt;
      if (device) found.emplace_back(*number, std::move(*device));
    }
    if (found.empty()) return std::string("There is no card that amdgpu drives.");
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Device> devices;
    for (auto& [number, device] : found) {
      device.index = static_cast<int>(devices.size());
      devices.push_back(std::move(device));
    }
    return devices;
  }

 private:
  const std::string drm_;
};

}  // namespace

std::unique_ptr<Source> amdgpu_source(std::string drm) { return std::make_unique<AmdGpu>(std::move(drm)); }

}  // namespace paddock::gpu
