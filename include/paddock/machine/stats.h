// What the machine does at this moment, as the kernel tells in /proc: memory, cores, load, network.
//
// The parsers are pure, take any text and leave out what they do not understand. The readers read a few files
// that are memory and wait for no disk; `proc` is the folder. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::machine {

// Bytes.
struct Memory {
  std::uint64_t total = 0;
  std::uint64_t available = 0;  // without swapping
  std::uint64_t free = 0;
  std::uint64_t swap_total = 0;
  std::uint64_t swap_free = 0;

  friend bool operator==(const Memory&, const Memory&) = default;
};

// Since the boot, in ticks; only differences mean something.
struct CoreTime {
  std::uint64_t busy = 0, all = 0;

  friend bool operator==(const CoreTime&, const CoreTime&) = default;
};

// Since the interface exists, in bytes.
struct Interface {
  std::string name;
  std::uint64_t received = 0, sent = 0;

  friend bool operator==(const Interface&, const Interface&) = default;
};

struct Stats {
  std::optional<Memory> memory;
  std::vector<CoreTime> cores;                  // in the kernel's order
  std::optional<std::array<double, 3>> load{};  // over 1, 5 and 15 minutes
  std::vector<Interface> interfaces;            // without the loopback
};

std::optional<Memory> parse_meminfo(std::string_view text);              // /proc/meminfo
std::vector<CoreTime> parse_cores(std::string_view text);                // /proc/stat
std::vector<Interface> parse_interfaces(std::string_view text);          // /proc/net/dev
std::optional<std::array<double, 3>> parse_load(std::string_view text);  // /proc/loadavg

// Percent of each core that was busy in between; empty if the two are not of the same cores.
std::vector<double> busy_percent(const std::vector<CoreTime>& before, const std::vector<CoreTime>& now);

std::optional<Memory> read_memory(const std::string& proc = "/proc");
Stats read_stats(const std::string& proc = "/proc");

}  // namespace paddock::machine
