#include "file_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "paddock/base/text.h"
#include "tenants.h"

namespace paddock::gpu {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::size_t kMostDevices = 256;
constexpr std::size_t kMostProcesses = 4096;

// What is wrong with one entry; the first of it counts.
class Entry {
 public:
  Entry(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  void number(const char* key, std::uint64_t& target, bool is_needed) {
    const auto found = json_.find(key);
    if (found == json_.end()) return is_needed ? fail(key, "is missing") : void();
    if (!found->is_number_unsigned()) return fail(key, "must be a whole number of 0 or more");
    target = found->get<std::uint64_t>();
  }
  // Between these; null is nothing, too.
  template <class Number>
  void measure(const char* key, std::optional<Number>& target, double least, double most) {
    const auto found = json_.find(key);
    if (found == json_.end() || found->is_null()) return;
    const double value = found->is_number() ? found->get<double>() : least - 1;
    if (!(value >= least && value <= most)) return fail(key, "is not believed");
    target = static_cast<Number>(value);
  }
  void text(const char* key, std::string& target) {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_string()) return fail(key, "must be a text");
    target = found->get<std::string>();
  }
  void fail(const char* key, const std::string& what) {
    if (problem.empty()) problem = place_ + "." + key + " " + what;
  }

  std::string problem;

 private:
  const Json& json_;
  const std::string place_;
};

Result<Process, std::string> parse_process(const Json& json, const std::string& place) {
  if (!json.is_object()) return place + " must be an object";
  Process process;
  Entry entry(json, place);
  std::uint64_t pid = 0;
  entry.number("pid", pid, true);
  if (pid == 0 || pid > std::numeric_limits<pid_t>::max()) entry.fail("pid", "is no process");
  process.pid = static_cast<pid_t>(pid);
  entry.number("bytes", process.bytes, true);
  entry.text("name", process.name);
  entry.number("shared", process.shared, false);
  if (!entry.problem.empty()) return entry.problem;
  return process;
}

Result<std::vector<Process>, std::string> parse_processes(const Json& json, const std::string& place) {
  if (!json.is_array()) return place + " must be a list";
  if (json.size() > kMostProcesses) return place + " has more than " + std::to_string(kMostProcesses);
  std::vector<Process> processes;
  for (const Json& one : json) {
    auto process = parse_process(one, place + "[" + std::to_string(processes.size()) + "]");
    if (!process) return process.error();
    processes.push_back(std::move(*process));
  }
  return processes;
}

Result<Device, std::string> parse_device(const Json& json, std::size_t number) {
  Device device;
  const std::string place = "gpus[" + std::to_string(number) + "]";
  Entry entry(json, place);
  if (!json.is_object()) return place + " must be an object";
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
  entry.text("vendor", device.vendor);
  entry.measure("util", device.util, 0, 100);
  entry.measure("temp", device.temp, -273, 1000);
  entry.measure("power", device.power, 0, 1e6);
  entry.measure("power_limit", device.power_limit, 0, 1e6);
  entry.measure("fan", device.fan, 0, 100);
  entry.measure("memory_temp", device.memory_temp, -273, 1000);
  entry.text("driver", device.driver);
  entry.text("architecture", device.architecture);
  if (json.contains("shared")) entry.number("shared", device.shared.emplace(), false);
  if (!entry.problem.empty()) return entry.problem;
  if (const auto list = json.find("processes"); list != json.end() && !list->is_null()) {
    auto processes = parse_processes(*list, place + ".processes");
    if (!processes) return processes.error();
    device.processes = std::move(*processes);
  }
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
  File(std::string path, std::string proc) : path_(std::move(path)), proc_(std::move(proc)) {}

  Result<std::vector<Device>, std::string> read() override {
    const FileText text = read_text(path_);
    if (!text.problem.empty()) return sentence(text.problem);
    auto devices = parse_devices(text.bytes);
    if (!devices) return sentence(devices.error());
    introduce(*devices, proc_);
    return devices;
  }

 private:
  std::string sentence(const std::string& problem) const {
    return "The file of GPUs " + printable(path_) + ": " + problem + ".";
  }

  const std::string path_, proc_;
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

std::unique_ptr<Source> file_source(std::string path, std::string proc) {
  return std::make_unique<File>(std::move(path), std::move(proc));
}

}  // namespace paddock::gpu
