// NVML's stable C interface, found at run time: the names and layouts below are those that it has had since
// driver 510 (older ones lack the _v2 of the memory call, whose place the first version then takes).
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstring>
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
  return found;
}

std::string text_of(const char* data, std::size_t size) { return {data, ::strnlen(data, size)}; }

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
      auto device = look_at(i);
      if (device) {
        devices.push_back(std::move(*device));
      } else {
        problem = device.error();
      }
    }
    if (devices.empty()) return problem;
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

  Result<Device, std::string> look_at(unsigned number) const {
    Handle handle = nullptr;
    if (const Code code = nvml_.handle(number, &handle); code != 0) return failed("finding a card", code);
    Device device;
    device.index = static_cast<int>(number);
    if (const Code code = read_memory(handle, device); code != 0)
      return failed("reading a card's memory", code);
    Text text{};
    if (nvml_.name && nvml_.name(handle, text.data(), text.size()) == 0)
      device.name = text_of(text.data(), text.size());
    text = {};
    if (nvml_.uuid && nvml_.uuid(handle, text.data(), text.size()) == 0)
      device.uuid = text_of(text.data(), text.size());
    Pci pci{};
    if (nvml_.pci && nvml_.pci(handle, &pci) == 0) device.pci = pci_of(pci);
    device.vendor = "nvidia";
    read_sensors(handle, device);
    // A program is in both lists if it draws, too; most have no second list.
    std::vector<Process> processes;
    const bool computes = add_running(nvml_.compute, handle, processes);
    const bool draws = add_running(nvml_.graphics, handle, processes);
    if (computes || (draws && !nvml_.compute)) device.processes = std::move(processes);
    return device;
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
