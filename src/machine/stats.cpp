#include "paddock/machine/stats.h"

#include <algorithm>
#include <limits>
#include <map>

#include "paddock/base/read_text.h"
#include "paddock/base/text.h"
#include "paddock/base/words.h"

namespace paddock::machine {

namespace {

constexpr std::size_t kMostCores = 8192, kMostInterfaces = 64;

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::uint64_t next_number(std::string_view& text) {
  return whole_number<std::uint64_t>(next_word(text)).value_or(0);
}

// The kernel's figures of decades stay far below; anything else is no reason to overflow.
std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? a : a + b;
}

std::string text_of(const std::string& path) { return read_text(path).value_or(""); }

}  // namespace

std::optional<Memory> parse_meminfo(std::string_view text) {
  std::map<std::string_view, std::uint64_t> bytes;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    const std::string_view name = next_word(line);
    const std::uint64_t kibibytes = next_number(line);
    if (kibibytes <= std::numeric_limits<std::uint64_t>::max() >> 10) bytes.emplace(name, kibibytes << 10);
  }
  if (!bytes.contains("MemTotal:")) return std::nullopt;
  Memory memory;
  memory.total = bytes["MemTotal:"];
  memory.free = bytes["MemFree:"];
  // Kernels before 3.14 do not estimate it.
  memory.available = bytes.contains("MemAvailable:") ? bytes["MemAvailable:"] : memory.free;
  memory.swap_total = bytes["SwapTotal:"];
  memory.swap_free = bytes["SwapFree:"];
  return memory;
}

std::vector<CoreTime> parse_cores(std::string_view text) {
  std::vector<CoreTime> cores;
  while (!text.empty() && cores.size() < kMostCores) {
    std::string_view line = next_line(text);
    const std::string_view name = next_word(line);
    if (!name.starts_with("cpu") || !whole_number<unsigned>(name.substr(3))) continue;
    CoreTime core;
    constexpr int kIdle = 3, kWaiting = 4, kSteal = 7;  // what follows is in the first ones already
    for (int field = 0; field <= kSteal; ++field) {
      const std::uint64_t ticks = next_number(line);
      core.all = sum_of(core.all, ticks);
      if (field != kIdle && field != kWaiting) core.busy = sum_of(core.busy, ticks);
    }
    cores.push_back(core);
  }
  return cores;
}

std::vector<Interface> parse_interfaces(std::string_view text) {
  std::vector<Interface> interfaces;
  while (!text.empty() && interfaces.size() < kMostInterfaces) {
    std::string_view line = next_line(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, colon));
    if (name.empty() || name == "lo") continue;
    line.remove_prefix(colon + 1);
    Interface one{std::string(name), next_number(line), 0};
    constexpr int kBetween = 7;
    for (int i = 0; i < kBetween; ++i) next_word(line);
    one.sent = next_number(line);
    interfaces.push_back(std::move(one));
  }
  return interfaces;
}

std::optional<std::array<double, 3>> parse_load(std::string_view text) {
  std::array<double, 3> load{};
  for (double& value : load) {
    const std::string_view word = next_word(text);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool is_sane = value >= 0 && value < 1e9;
    if (error != std::errc() || end != word.data() + word.size() || !is_sane) return std::nullopt;
  }
  return load;
}

std::vector<double> busy_percent(const std::vector<CoreTime>& before, const std::vector<CoreTime>& now) {
  std::vector<double> percent;
  if (before.size() != now.size()) return percent;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool moved = now[i].all > before[i].all && now[i].busy >= before[i].busy;
    const double share = moved ? static_cast<double>(now[i].busy - before[i].busy) /
                                     static_cast<double>(now[i].all - before[i].all)
                               : 0;
    percent.push_back(std::clamp(share, 0.0, 1.0) * 100);
  }
  return percent;
}

std::optional<Memory> read_memory(const std::string& proc) {
  return parse_meminfo(text_of(proc + "/meminfo"));
}

Stats read_stats(const std::string& proc) {
  Stats stats;
  stats.memory = read_memory(proc);
  stats.cores = parse_cores(text_of(proc + "/stat"));
  stats.load = parse_load(text_of(proc + "/loadavg"));
  stats.interfaces = parse_interfaces(text_of(proc + "/net/dev"));
  return stats;
}

}  // namespace paddock::machine
