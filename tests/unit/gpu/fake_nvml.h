// What the fake libnvidia-ml.so answers. The test that has loaded it changes this through dlsym("fake_nvml").
#pragma once

struct FakeRunning {
  unsigned int pid;
  unsigned long long used;
  unsigned int gpu_instance, compute_instance;
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
};

struct FakeNvml {
  FakeCard cards[2];
  unsigned count;
  int init_code, count_code;
  bool has_version2;  // of the memory call
  int inits;          // how often it was started
};
