#include "paddock/gpu/source.h"

#include <cstdio>
#include <string_view>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::gpu {

namespace {

class Joined final : public Source {
 public:
  explicit Joined(std::vector<std::unique_ptr<Source>> sources) : sources_(std::move(sources)) {}

  Result<std::vector<Device>, std::string> read() override {
    std::vector<Device> all;
    std::string problems;
    for (const auto& source : sources_) {
      auto devices = source->read();
      if (!devices) {
        problems += (problems.empty() ? "" : " ") + devices.error();
        continue;
      }
      for (Device& device : *devices) {
        device.index = static_cast<int>(all.size());
        all.push_back(std::move(device));
      }
    }
    if (all.empty()) return problems;
    return all;
  }

 private:
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace

std::string key_of(const Device& device) {
  if (!device.uuid.empty()) return device.uuid;
  return device.pci.empty() ? std::to_string(device.index) : device.pci;
}

std::string title_of(const Device& device) {
  const std::string number = "GPU " + std::to_string(device.index);
  return device.name.empty() ? number : number + " (" + printable(device.name) + ")";
}

std::string size_text(std::uint64_t bytes) {
  constexpr double kMiB = 1 << 20, kGiB = 1 << 30;
  const auto size = static_cast<double>(bytes);
  char text[32];
  if (size >= kGiB) {
    std::snprintf(text, sizeof text, "%.1f GiB", size / kGiB);
  } else {
    std::snprintf(text, sizeof text, "%.0f MiB", size / kMiB);
  }
  return text;
}

std::unique_ptr<Source> joined_source(std::vector<std::unique_ptr<Source>> sources) {
  return std::make_unique<Joined>(std::move(sources));
}

Result<std::unique_ptr<Source>, std::string> find_source(const std::string& word) {
  constexpr std::string_view kFile = "file:";
  if (word == "none") return std::unique_ptr<Source>();
  if (word == "auto") {
    std::vector<std::unique_ptr<Source>> all;
    all.push_back(nvml_source());
    all.push_back(drm_source());
    return joined_source(std::move(all));
  }
  if (word.starts_with(kFile) && word.size() > kFile.size()) return file_source(word.substr(kFile.size()));
  return "`" + printable(word) + "` is no source of GPUs; write auto, none or file:PATH";
}

}  // namespace paddock::gpu
