// What the fake libnvidia-ml.so answers. The test that has loaded it changes this through dlsym("fake_nvml").
#pragma once

struct FakeRunning {
  unsigned int pid;
  unsigned long long used;
  unsigned int gpu_instance, compute_instance;
};

struct FakePart {
  const char* uuid;  // null: there is none at this place
  unsigned long long total, used;
};

struct FakeCard {
  const char* name;
  const char* uuid;
  const char* pci;
  unsigned long long total, used;
  int memory_code;                      // of reading the memory; 0: done
  unsigned int util, temp, milliwatts;  // 0: not told
  const FakeRunning* computing;         // null: not told
  unsigned int computing_count;
  unsigned int limit_milliwatts, fan, architecture, memory_temp;  // 0: not told
  bool divided;
  FakePart parts[3];
};

struct FakeNvml {
  FakeCard cards[2];
  unsigned count;
  int init_code, count_code;
  bool has_version2;  // of the memory call
  int inits;          // how often it was started
};
