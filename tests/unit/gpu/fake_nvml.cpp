#include "fake_nvml.h"

#include <cstdio>
#include <cstring>

extern "C" {

FakeNvml fake_nvml{};

struct Memory {
  unsigned long long total, free, used;
};
struct Memory2 {
  unsigned int version;
  unsigned long long total, reserved, free, used;
};
struct Pci {
  char old_id[16];
  unsigned int domain, bus, device, device_id, subsystem_id;
  char id[32];
};

int nvmlInit_v2() {
  ++fake_nvml.inits;
  return fake_nvml.init_code;
}

const char* nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : "Unknown Error"; }

int nvmlDeviceGetCount_v2(unsigned int* count) {
  *count = fake_nvml.count;
  return fake_nvml.count_code;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int number, void** handle) {
  if (number >= fake_nvml.count) return 2;
  *handle = &fake_nvml.cards[number];
  return 0;
}

int nvmlDeviceGetName(void* handle, char* text, unsigned int size) {
  std::snprintf(text, size, "%s", static_cast<FakeCard*>(handle)->name);
  return 0;
}

int nvmlDeviceGetUUID(void* handle, char* text, unsigned int size) {
  std::snprintf(text, size, "%s", static_cast<FakeCard*>(handle)->uuid);
  return 0;
}

int nvmlDeviceGetPciInfo_v3(void* handle, Pci* pci) {
  std::memset(pci, 0x55, sizeof *pci);
  std::snprintf(pci->id, sizeof pci->id, "%s", static_cast<FakeCard*>(handle)->pci);
  return 0;
}

int nvmlDeviceGetMemoryInfo(void* handle, Memory* memory) {
  const FakeCard& card = *static_cast<FakeCard*>(handle);
  *memory = {card.total, card.total - card.used, card.used};
  return card.memory_code;
}

int nvmlDeviceGetMemoryInfo_v2(void* handle, Memory2* memory) {
  const FakeCard& card = *static_cast<FakeCard*>(handle);
  constexpr unsigned kVersion2 = 40u | (2u << 24);
  if (!fake_nvml.has_version2 || memory->version != kVersion2) return 25;  // another version
  *memory = {memory->version, card.total, 1, card.total - card.used - 1, card.used};
  return card.memory_code;
}

int nvmlDeviceGetUtilizationRates(void* handle, unsigned int* rates) {
  rates[0] = static_cast<FakeCard*>(handle)->util;
  rates[1] = 99;
  return rates[0] > 0 ? 0 : 3;
}

int nvmlDeviceGetTemperature(void* handle, unsigned int sensor, unsigned int* degrees) {
  *degrees = static_cast<FakeCard*>(handle)->temp;
  return sensor == 0 && *degrees > 0 ? 0 : 3;
}

int nvmlDeviceGetPowerUsage(void* handle, unsigned int* milliwatts) {
  *milliwatts = static_cast<FakeCard*>(handle)->milliwatts;
  return *milliwatts > 0 ? 0 : 3;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* handle, unsigned int* count, FakeRunning* running) {
  const FakeCard& card = *static_cast<FakeCard*>(handle);
  if (!card.computing) return 3;
  const unsigned int room = *count;
  *count = card.computing_count;
  if (room < card.computing_count) return 7;
  for (unsigned int i = 0; i < card.computing_count; ++i) running[i] = card.computing[i];
  return 0;
}

int nvmlSystemGetDriverVersion(char* text, unsigned int size) {
  std::snprintf(text, size, "570.86.15");
  return 0;
}

// Of the older call only; the newer one says that it does not know.
int nvmlDeviceGetEnforcedPowerLimit(void*, unsigned int*) { return 3; }

int nvmlDeviceGetPowerManagementLimit(void* handle, unsigned int* milliwatts) {
  *milliwatts = static_cast<FakeCard*>(handle)->limit_milliwatts;
  return *milliwatts > 0 ? 0 : 3;
}

int nvmlDeviceGetFanSpeed(void* handle, unsigned int* percent) {
  *percent = static_cast<FakeCard*>(handle)->fan;
  return *percent > 0 ? 0 : 3;
}

int nvmlDeviceGetArchitecture(void* handle, unsigned int* number) {
  *number = static_cast<FakeCard*>(handle)->architecture;
  return *number > 0 ? 0 : 3;
}

struct Field {
  unsigned int id, scope;
  long long timestamp, latency;
  int type, code;
  unsigned long long value;
};

int nvmlDeviceGetFieldValues(void* handle, int count, Field* fields) {
  constexpr unsigned int kMemoryTemp = 82;
  for (int i = 0; i < count; ++i) {
    const unsigned int degrees = static_cast<FakeCard*>(handle)->memory_temp;
    fields[i].code = fields[i].id == kMemoryTemp && degrees > 0 ? 0 : 3;
    fields[i].value = degrees;
  }
  return 0;
}

int nvmlDeviceGetMigMode(void* handle, unsigned int* now, unsigned int* later) {
  *now = *later = static_cast<FakeCard*>(handle)->divided ? 1 : 0;
  return 0;
}

int nvmlDeviceGetMaxMigDeviceCount(void*, unsigned int* count) {
  *count = 3;
  return 0;
}

// A part is a card of its own to all the other calls.
int nvmlDeviceGetMigDeviceHandleByIndex(void* handle, unsigned int number, void** part) {
  static FakeCard parts[3];
  const FakeCard& card = *static_cast<FakeCard*>(handle);
  if (number >= 3 || !card.parts[number].uuid) return 6;
  parts[number] = card;
  parts[number].divided = false;
  parts[number].name = "NVIDIA A100 MIG 1g.5gb";
  parts[number].uuid = card.parts[number].uuid;
  parts[number].total = card.parts[number].total;
  parts[number].used = card.parts[number].used;
  parts[number].memory_code = 0;
  *part = &parts[number];
  return 0;
}

// A program that computes and draws is in both lists.
int nvmlDeviceGetGraphicsRunningProcesses_v2(void* handle, unsigned int* count, FakeRunning* running) {
  const FakeCard& card = *static_cast<FakeCard*>(handle);
  *count = card.computing && card.computing_count > 0 ? 1 : 0;
  if (*count > 0) running[0] = card.computing[0];
  return 0;
}
}
