// The kernel's own numbers. Memory in card*/device: mem_info_vram_{total,used} of amdgpu;
// tile*/physical_vram_size_bytes of xe and lmem_total_bytes of i915, which only newer drivers have. What
// Intel cards hold is told by the processes' files only.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "fdinfo.h"
#include "paddock/base/text.h"
#include "paddock/base/words.h"
#include "paddock/gpu/source.h"
#include "tenants.h"

namespace paddock::gpu {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

template <class Number = std::uint64_t>
std::optional<Number> number_in(const fs::path& path) {
  return whole_number<Number>(first_line(path));
}

// card0, but not card0-DP-1.
std::optional<int> card_number(const std::string& name) {
  constexpr std::string_view kCard = "card";
  if (!name.starts_with(kCard)) return std::nullopt;
  return whole_number<int>(std::string_view(name).substr(kCard.size()));
}

std::vector<fs::path> entries(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Percent: of the most that it can turn, where that is told, else of the signal that drives it (0 to 255).
std::optional<int> fan_of(const fs::path& sensors) {
  const auto turns = number_in<int>(sensors / "fan1_input"), most = number_in<int>(sensors / "fan1_max");
  if (turns && most && *most > 0 && *turns >= 0)
    return static_cast<int>(std::min(100.0, 100.0 * *turns / *most));
  const auto signal = number_in<int>(sensors / "pwm1");
  if (!signal || *signal < 0 || *signal > 255) return std::nullopt;
  return *signal * 100 / 255;
}

// The sensor that calls itself `mem`.
std::optional<int> memory_temp_of(const fs::path& sensors) {
  for (const fs::path& label : entries(sensors, "temp")) {
    const std::string name = label.filename().string();
    constexpr std::string_view kLabel = "_label";
    if (!name.ends_with(kLabel) || first_line(label) != "mem") continue;
    const auto temp = number_in<int>(sensors / (name.substr(0, name.size() - kLabel.size()) + "_input"));
    if (temp) return *temp / 1000;
  }
  return std::nullopt;
}

// Thousandths of a degree and millionths of a watt, of whichever sensor has them.
void read_sensors(const fs::path& folder, Device& device) {
  for (const fs::path& sensors : entries(folder / "hwmon", "hwmon")) {
    for (const char* name : {"temp1_input", "temp2_input"}) {
      const auto temp = number_in<int>(sensors / name);
      if (temp && !device.temp) device.temp = *temp / 1000;
    }
    for (const char* name : {"power1_average", "power1_input"}) {
      const auto power = number_in(sensors / name);
      if (power && !device.power) device.power = static_cast<double>(*power) / 1e6;
    }
    const auto limit = number_in(sensors / "power1_cap");
    if (limit && !device.power_limit) device.power_limit = static_cast<double>(*limit) / 1e6;
    if (!device.fan) device.fan = fan_of(sensors);
    if (!device.memory_temp) device.memory_temp = memory_temp_of(sensors);
  }
}

std::optional<std::uint64_t> intel_total(const fs::path& card, const fs::path& folder) {
  std::uint64_t sum = 0;
  for (const fs::path& tile : entries(folder, "tile")) {
    auto size = number_in(tile / "physical_vram_size_bytes");
    if (!size) size = number_in(tile / "memory" / "physical_vram_size_bytes");
    sum += size.value_or(0);
  }
  if (sum == 0) sum = number_in(folder / "lmem_total_bytes").value_or(0);
  if (sum == 0) sum = number_in(card / "lmem_total_bytes").value_or(0);
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

// Nothing in `used`: it is what the processes have.
struct Found {
  int number = 0;
  Device device;
  bool sums_up = false;
};

std::optional<Found> look_at(const fs::path& card, int number) {
  const fs::path folder = card / "device";
  Found found{number, {}, false};
  Device& device = found.device;
  const auto total = number_in(folder / "mem_info_vram_total");
  const auto used = number_in(folder / "mem_info_vram_used");
  if (total && used) {
    device.total = *total;
    device.used = *used;
    device.vendor = "amd";
    device.name = first_line(folder / "product_name");
    if (device.name.empty()) device.name = "AMD GPU";
    device.uuid = first_line(folder / "unique_id");
    device.util = number_in<int>(folder / "gpu_busy_percent");
    device.shared = number_in(folder / "mem_info_gtt_used");
  } else if (const auto size = intel_total(card, folder)) {
    device.total = *size;
    device.vendor = "intel";
    device.name = "Intel GPU";
    found.sums_up = true;
  } else {
    return std::nullopt;
  }
  std::error_code ignored;
  device.pci = to_lower(fs::canonical(folder, ignored).filename().string());
  read_sensors(folder, device);
  return found;
}

void add_processes(Found& found, const std::vector<DrmUse>& uses) {
  Device& device = found.device;
  device.processes.emplace();
  std::uint64_t sum = 0;
  for (const DrmUse& use : uses) {
    if (use.pci != device.pci) continue;
    device.processes->push_back({use.pid, use.bytes, {}, {}, use.shared});
    sum += std::min(use.bytes, device.total - sum);
  }
  if (found.sums_up) device.used = sum;
}

class Drm final : public Source {
 public:
  Drm(std::string drm, std::string proc) : drm_(std::move(drm)), proc_(std::move(proc)) {}

  Result<std::vector<Device>, std::string> read() override {
    std::vector<Found> found;
    for (const fs::path& path : entries(drm_, "card")) {
      const auto number = card_number(path.filename().string());
      auto card = number ? look_at(path, *number) : std::nullopt;
      if (card) found.push_back(std::move(*card));
    }
    if (found.empty()) return std::string("There is no card that amdgpu, i915 or xe drives.");
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
    const std::vector<DrmUse> uses = drm_uses(proc_);
    std::vector<Device> devices;
    for (Found& one : found) {
      add_processes(one, uses);
      one.device.index = static_cast<int>(devices.size());
      devices.push_back(std::move(one.device));
    }
    introduce(devices, proc_);
    return devices;
  }

 private:
  const std::string drm_, proc_;
};

}  // namespace

std::unique_ptr<Source> drm_source(std::string drm, std::string proc) {
  return std::make_unique<Drm>(std::move(drm), std::move(proc));
}

}  // namespace paddock::gpu
