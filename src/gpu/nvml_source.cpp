// NVML's stable C interface, found at run time: the names and layouts below are those that it has had since
// driver 510 (older ones lack the _v2 of the memory call, whose place the first version then takes).
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/gpu/source.h"
#include "tenants.h"

namespace paddock::gpu {

namespace {

using Code = int;  // 0: done
using Handle = void*;
using Text = std::array<char, 96>;

struct Memory {
  unsigned long long total, free, used;
};
struct Memory2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};
constexpr unsigned kMemory2 = static_cast<unsigned>(sizeof(Memory2)) | (2u << 24);
struct Pci {
  char old_id[16];
  unsigned domain, bus, device, device_id, subsystem_id;
  char id[32];
};

struct Rates {
  unsigned gpu, memory;
};
// One value that is asked for by its number.
struct Field {
  unsigned id, scope;
  long long timestamp, latency;
  int type;
  Code code;
  union {
    double real;
    unsigned number;
    unsigned long long large;
  } value;
};
constexpr unsigned kMemoryTemp = 82;  // its field's number
// Of the second and third version of the calls.
struct Running {
  unsigned pid;
  unsigned long long used;
  unsigned gpu_instance, compute_instance;
};
constexpr unsigned long long kNotKnown = ~0ULL;
using ListProcesses = Code (*)(Handle, unsigned* count, Running*);

struct Library {
  Code (*init)();
  const char* (*error_text)(Code);
  Code (*count)(unsigned*);
  Code (*handle)(unsigned, Handle*);
  Code (*name)(Handle, char*, unsigned);
  Code (*uuid)(Handle, char*, unsigned);
  Code (*pci)(Handle, Pci*);
  Code (*memory)(Handle, Memory*);
  Code (*memory2)(Handle, Memory2*);
  Code (*utilisation)(Handle, Rates*);
  Code (*temperature)(Handle, unsigned sensor, unsigned*);
  Code (*power)(Handle, unsigned*);
  ListProcesses compute, graphics;
  Code (*driver)(char*, unsigned);
  Code (*architecture)(Handle, unsigned*);
  Code (*enforced_limit)(Handle, unsigned*);
  Code (*limit)(Handle, unsigned*);
  Code (*fan)(Handle, unsigned*);
  Code (*fields)(Handle, int count, Field*);
  Code (*divided)(Handle, unsigned* now, unsigned* later);
  Code (*most_parts)(Handle, unsigned*);
  Code (*part)(Handle, unsigned, Handle*);
};

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
}

void find_list(void* library, const std::string& name, ListProcesses& function) {
  find(library, (name + "_v3").c_str(), function);
  if (!function) find(library, (name + "_v2").c_str(), function);
}

Library functions_of(void* library) {
  Library found{};
  find(library, "nvmlInit_v2", found.init);
  find(library, "nvmlErrorString", found.error_text);
  find(library, "nvmlDeviceGetCount_v2", found.count);
  find(library, "nvmlDeviceGetHandleByIndex_v2", found.handle);
  find(library, "nvmlDeviceGetName", found.name);
  find(library, "nvmlDeviceGetUUID", found.uuid);
  find(library, "nvmlDeviceGetPciInfo_v3", found.pci);
  find(library, "nvmlDeviceGetMemoryInfo", found.memory);
  find(library, "nvmlDeviceGetMemoryInfo_v2", found.memory2);
  find(library, "nvmlDeviceGetUtilizationRates", found.utilisation);
  find(library, "nvmlDeviceGetTemperature", found.temperature);
  find(library, "nvmlDeviceGetPowerUsage", found.power);
  find_list(library, "nvmlDeviceGetComputeRunningProcesses", found.compute);
  find_list(library, "nvmlDeviceGetGraphicsRunningProcesses", found.graphics);
  find(library, "nvmlSystemGetDriverVersion", found.driver);
  find(library, "nvmlDeviceGetArchitecture", found.architecture);
  find(library, "nvmlDeviceGetEnforcedPowerLimit", found.enforced_limit);
  find(library, "nvmlDeviceGetPowerManagementLimit", found.limit);
  find(library, "nvmlDeviceGetFanSpeed", found.fan);
  find(library, "nvmlDeviceGetFieldValues", found.fields);
  find(library, "nvmlDeviceGetMigMode", found.divided);
  find(library, "nvmlDeviceGetMaxMigDeviceCount", found.most_parts);
  find(library, "nvmlDeviceGetMigDeviceHandleByIndex", found.part);
  return found;
}

std::string text_of(const char* data, std::size_t size) { return {data, ::strnlen(data, size)}; }

// By NVML's numbers. Empty: one that is younger than this table.
std::string architecture_name(unsigned number) {
  constexpr const char* kNames[] = {"",       "",       "Kepler", "Maxwell", "Pascal",   "Volta",
                                    "Turing", "Ampere", "Ada",    "Hopper",  "Blackwell"};
  return number < std::size(kNames) ? kNames[number] : "";
}

// False: the driver does not tell, or not how much.
bool add_running(ListProcesses list, Handle handle, std::vector<Process>& processes) {
  constexpr Code kTooSmall = 7;
  constexpr unsigned kFew = 64, kMost = 4096;
  if (!list) return false;
  std::vector<Running> running(kFew);
  for (;;) {
    unsigned count = static_cast<unsigned>(running.size());
    const Code code = list(handle, &count, running.data());
    if (code == kTooSmall && running.size() < kMost) {
      running.resize(std::min(std::max(count, static_cast<unsigned>(running.size())) + kFew, kMost));
      continue;
    }
    if (code != 0) return false;
    running.resize(std::min<std::size_t>(count, running.size()));
    break;
  }
  for (const Running& one : running) {
    if (one.used == kNotKnown) return false;
    processes.push_back({static_cast<pid_t>(one.pid), one.used});
  }
  return true;
}

// NVML writes eight digits of the domain, the kernel four.
std::string pci_of(const Pci& pci) {
  const std::string id = to_lower(text_of(pci.id, sizeof pci.id));
  return id.size() > 12 && id.starts_with("0000") ? id.substr(4) : id;
}

class Nvml final : public Source {
 public:
  Nvml(std::string library, std::string proc) : name_(std::move(library)), proc_(std::move(proc)) {}

  Result<std::vector<Device>, std::string> read() override {
    if (auto ready = get_ready(); !ready) return ready.error();
    unsigned count = 0;
    if (const Code code = nvml_.count(&count); code != 0) {
      initialised_ = false;  // the driver may have been loaded anew
      return failed("counting the cards", code);
    }
    std::vector<Device> devices;
    std::string problem = "The NVIDIA driver knows no card.";
    for (unsigned i = 0; i < count; ++i) {
      if (auto looked = look_at(i, devices); !looked) problem = looked.error();
    }
    if (devices.empty()) return problem;
    if (std::any_of(devices.begin(), devices.end(), [](const Device& one) { return one.is_part; })) {
      for (std::size_t i = 0; i < devices.size(); ++i) devices[i].index = static_cast<int>(i);
    }
    introduce(devices, proc_);
    return devices;
  }

 private:
  Result<void, std::string> get_ready() {
    if (initialised_) return {};
    if (!library_) library_ = ::dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library_) return "There is no " + printable(name_) + ", so no NVIDIA card is read.";
    nvml_ = functions_of(library_);
    if (!nvml_.init || !nvml_.count || !nvml_.handle || !(nvml_.memory || nvml_.memory2)) {
      return printable(name_) + " lacks what is needed to read cards.";
    }
    if (const Code code = nvml_.init(); code != 0) return failed("the start", code);
    initialised_ = true;
    return {};
  }

  // Adds the card, or its parts.
  Result<void, std::string> look_at(unsigned number, std::vector<Device>& devices) const {
    Handle handle = nullptr;
    if (const Code missing = nvml_.handle(number, &handle); missing != 0)
      return failed("finding a card", missing);
    Device device;
    device.index = static_cast<int>(number);
    const Code code = read_memory(handle, device);  // of a card in parts for root only, perhaps
    read_names(handle, device);
    Pci pci{};
    if (nvml_.pci && nvml_.pci(handle, &pci) == 0) device.pci = pci_of(pci);
    device.vendor = "nvidia";
    read_sensors(handle, device);
    if (add_parts(handle, device, devices)) return {};
    if (code != 0) return failed("reading a card's memory", code);
    device.processes = processes_of(handle);
    devices.push_back(std::move(device));
    return {};
  }

  void read_names(Handle handle, Device& device) const {
    Text text{};
    if (nvml_.name && nvml_.name(handle, text.data(), text.size()) == 0)
      device.name = text_of(text.data(), text.size());
    text = {};
    if (nvml_.uuid && nvml_.uuid(handle, text.data(), text.size()) == 0)
      device.uuid = text_of(text.data(), text.size());
    text = {};
    if (nvml_.driver && nvml_.driver(text.data(), text.size()) == 0)
      device.driver = text_of(text.data(), text.size());
  }

  // False: it is not divided, or no part of it can be read. A part has the sensors of its card, except how
  // busy it is, which only the whole tells.
  bool add_parts(Handle card, const Device& whole, std::vector<Device>& devices) const {
    constexpr unsigned kMostParts = 64;
    unsigned now = 0, later = 0, most = 0;
    if (!nvml_.divided || !nvml_.most_parts || !nvml_.part) return false;
    if (nvml_.divided(card, &now, &later) != 0 || now == 0 || nvml_.most_parts(card, &most) != 0)
      return false;
    bool found = false;
    for (unsigned i = 0; i < std::min(most, kMostParts); ++i) {
      Handle handle = nullptr;
      Device part = whole;
      part.is_part = true;
      part.util.reset();
      part.uuid.clear();
      if (nvml_.part(card, i, &handle) != 0 || read_memory(handle, part) != 0) continue;
      read_names(handle, part);
      if (part.uuid.empty()) continue;  // then nothing tells it from the others
      part.processes = processes_of(handle);
      devices.push_back(std::move(part));
      found = true;
    }
    return found;
  }

  std::optional<std::vector<Process>> processes_of(Handle handle) const {
    // A program is in both lists if it draws, too; most have no second list.
    std::vector<Process> processes;
    const bool computes = add_running(nvml_.compute, handle, processes);
    const bool draws = add_running(nvml_.graphics, handle, processes);
    if (computes || (draws && !nvml_.compute)) return processes;
    return std::nullopt;
  }

  void read_sensors(Handle handle, Device& device) const {
    constexpr unsigned kOfTheGpu = 0;
    Rates rates{};
    if (nvml_.utilisation && nvml_.utilisation(handle, &rates) == 0)
      device.util = static_cast<int>(rates.gpu);
    unsigned number = 0;
    if (nvml_.temperature && nvml_.temperature(handle, kOfTheGpu, &number) == 0)
      device.temp = static_cast<int>(number);
    if (nvml_.power && nvml_.power(handle, &number) == 0) device.power = number / 1000.0;
    if (nvml_.enforced_limit && nvml_.enforced_limit(handle, &number) == 0) {
      device.power_limit = number / 1000.0;
    } else if (nvml_.limit && nvml_.limit(handle, &number) == 0) {
      device.power_limit = number / 1000.0;
    }
    if (nvml_.fan && nvml_.fan(handle, &number) == 0) device.fan = static_cast<int>(std::min(number, 100u));
    if (nvml_.architecture && nvml_.architecture(handle, &number) == 0)
      device.architecture = architecture_name(number);
    Field field{};
    field.id = kMemoryTemp;
    if (nvml_.fields && nvml_.fields(handle, 1, &field) == 0 && field.code == 0 && field.value.number > 0)
      device.memory_temp = static_cast<int>(field.value.number);
  }

  Code read_memory(Handle handle, Device& device) const {
    Memory2 memory2{};
    memory2.version = kMemory2;
    if (nvml_.memory2 && nvml_.memory2(handle, &memory2) == 0) {
      device.total = memory2.total;
      device.used = memory2.used;
      return 0;
    }
    Memory memory{};
    constexpr Code kNotSupported = 3;
    const Code code = nvml_.memory ? nvml_.memory(handle, &memory) : kNotSupported;
    device.total = memory.total;
    device.used = memory.used;
    return code;
  }

  std::string failed(const char* what, Code code) const {
    const char* text = nvml_.error_text ? nvml_.error_text(code) : nullptr;
    return "NVML: " + std::string(what) + " failed: " + (text ? text : "error " + std::to_string(code)) + ".";
  }

  const std::string name_, proc_;
  void* library_ = nullptr;
  Library nvml_{};
  bool initialised_ = false;
};

}  // namespace

std::unique_ptr<Source> nvml_source(std::string library, std::string proc) {
  return std::make_unique<Nvml>(std::move(library), std::move(proc));
}

}  // namespace paddock::gpu
