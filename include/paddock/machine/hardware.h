// What the machine is, as far as a program can see without help: for people and for llama-swap's
// /api/hardware. What is not known is empty, zero or nothing. Reads small files; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paddock::machine {

struct Cpu {
  std::string vendor, model;
  int sockets = 0, cores = 0, threads = 0;

  friend bool operator==(const Cpu&, const Cpu&) = default;
};

struct Hardware {
  std::string machine;              // as uname has it: x86_64, aarch64, ...
  std::string kernel;               // its release
  std::string os_name, os_version;  // os-release's
  std::string environment;          // native, container, wsl; empty: not known
  std::string environment_name;     // docker, podman, ...; may be empty
  Cpu cpu;
  std::optional<std::uint64_t> memory;  // bytes that may be used: no more than the cgroup's limit
};

Cpu parse_cpuinfo(std::string_view text);  // /proc/cpuinfo
// A value of os-release without its quotes; empty if there is none.
std::string os_release_value(std::string_view text, std::string_view key);

// `root` stands before /proc, /etc, /sys and /run.
Hardware read_hardware(const std::string& root = "");

}  // namespace paddock::machine
