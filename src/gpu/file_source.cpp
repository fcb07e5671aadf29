#include "file_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::gpu {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kMostDevices = 256;

// What is wrong with one entry; the first of it counts.
class Entry {
 public:
  Entry(const Json& json, std::size_t number) : json_(json), number_(number) {}

  void number(const char* key, std::uint64_t& target, bool is_needed) {
    const auto found = json_.find(key);
    if (found == json_.end()) return is_needed ? fail(key, "is missing") : void();
    if (!found->is_number_unsigned()) return fail(key, "must be a whole number of 0 or more");
    target = found->get<std::uint64_t>();
  }
  void text(const char* key, std::string& target) {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_string()) return fail(key, "must be a text");
    target = found->get<std::string>();
  }
  void fail(const char* key, const std::string& what) {
    if (problem.empty()) problem = "gpus[" + std::to_string(number_) + "]." + key + " " + what;
  }

  std::string problem;

 private:
  const Json& json_;
  const std::size_t number_;
};

Result<Device, std::string> parse_device(const Json& json, std::size_t number) {
  Device device;
  Entry entry(json, number);
  if (!json.is_object()) return "gpus[" + std::to_string(number) + "] must be an object";
  std::uint64_t index = number;
  entry.number("index", index, false);
  if (index >= kMostDevices) entry.fail("index", "must be below " + std::to_string(kMostDevices));
  device.index = static_cast<int>(index);
  entry.text("name", device.name);
  entry.text("uuid", device.uuid);
  entry.text("pci", device.pci);
  entry.number("total", device.total, true);
  entry.number("used", device.used, true);
  if (device.used > device.total) entry.fail("used", "is more than its total");
  if (!entry.problem.empty()) return entry.problem;
  return device;
}

struct FileText {
  std::string bytes;
  std::string problem{};
};

FileText read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {{}, std::strerror(errno)};
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return {{}, "it cannot be read"};
  if (text.size() > kMostBytes) return {{}, "it is longer than 1 MiB"};
  return {std::move(text)};
}

class File final : public Source {
 public:
  explicit File(std::string path) : path_(std::move(path)) {}

  Result<std::vector<Device>, std::string> read() override {
    const FileText text = read_text(path_);
    if (!text.problem.empty()) return sentence(text.problem);
    auto devices = parse_devices(text.bytes);
    if (!devices) return sentence(devices.error());
    return devices;
  }

 private:
  std::string sentence(const std::string& problem) const {
    return "The file of GPUs " + printable(path_) + ": " + problem + ".";
  }

  const std::string path_;
};

}  // namespace

Result<std::vector<Device>, std::string> parse_devices(std::string_view text) {
  const Json root = Json::parse(text, nullptr, false);
  if (root.is_discarded()) return std::string("it is no JSON");
  const auto gpus = root.is_object() ? root.find("gpus") : root.end();
  if (gpus == root.end() || !gpus->is_array()) return std::string("it must be an object with a list `gpus`");
  if (gpus->empty()) return std::string("`gpus` is empty");
  if (gpus->size() > kMostDevices)
    return "more than " + std::to_string(kMostDevices) + " GPUs are not believed";
  std::vector<Device> devices;
  std::set<std::string> keys;
  for (const Json& json : *gpus) {
    auto device = parse_device(json, devices.size());
    if (!device) return device.error();
    if (!keys.insert(key_of(*device)).second)
      return "gpus[" + std::to_string(devices.size()) + "] is there twice";
    devices.push_back(std::move(*device));
  }
  return devices;
}

std::unique_ptr<Source> file_source(std::string path) { return std::make_unique<File>(std::move(path)); }

}  // namespace paddock::gpu
