#include "paddock/metrics/machine.h"

#include <algorithm>
#include <charconv>

#include "paddock/base/read_text.h"
#include "paddock/base/text.h"

namespace paddock::metrics {

namespace {

constexpr std::size_t kMostCores = 4096;
constexpr std::size_t kMostInterfaces = 64;

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// Nothing if the line has no more words or the next one is no number.
std::optional<double> next_number(std::string_view& line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc()) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return value;
}

// `MemTotal:  16384 kB` in bytes.
std::optional<double> memory_of(std::string_view meminfo, std::string_view key) {
  while (!meminfo.empty()) {
    std::string_view line = next_line(meminfo);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    const auto kib = next_number(line);
    return kib ? std::optional(*kib * 1024) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> less(const std::optional<double>& all, const std::optional<double>& rest) {
  return all && rest ? std::optional(*all - *rest) : std::nullopt;
}

void read_memory(const std::string& meminfo, MachineNow& out) {
  out.memory_total = memory_of(meminfo, "MemTotal:");
  out.memory_free = memory_of(meminfo, "MemFree:");
  out.memory_used = less(out.memory_total, memory_of(meminfo, "MemAvailable:"));
  out.swap_total = memory_of(meminfo, "SwapTotal:");
  out.swap_used = less(out.swap_total, memory_of(meminfo, "SwapFree:"));
}

void read_interfaces(std::string_view text, MachineNow& out) {
  constexpr int kSent = 8;  // this many numbers behind the first
  while (!text.empty() && out.interfaces.size() < kMostInterfaces) {
    std::string_view line = next_line(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, colon));
    line.remove_prefix(colon + 1);
    const auto received = next_number(line);
    for (int i = 1; i < kSent; ++i) next_number(line);
    const auto sent = next_number(line);
    if (name != "lo" && received && sent) out.interfaces.push_back({std::string(name), *received, *sent});
  }
}

}  // namespace

MachineNow MachineReader::look() {
  MachineNow out;
  const std::lock_guard lock(mutex_);
  read_cores(out);
  if (const auto meminfo = read_text(proc_ + "/meminfo")) read_memory(*meminfo, out);
  if (const auto load = read_text(proc_ + "/loadavg")) {
    std::string_view line = *load;
    out.load_1 = next_number(line);
    out.load_5 = next_number(line);
    out.load_15 = next_number(line);
  }
  if (const auto interfaces = read_text(proc_ + "/net/dev")) read_interfaces(*interfaces, out);
  return out;
}

// `cpu0 user nice system idle iowait irq softirq steal ...`
void MachineReader::read_cores(MachineNow& out) {
  const auto stat = read_text(proc_ + "/stat");
  if (!stat) return;
  std::vector<Core> now;
  for (std::string_view text = *stat; !text.empty() && now.size() < kMostCores;) {
    std::string_view line = next_line(text);
    if (!line.starts_with("cpu") || line.starts_with("cpu ")) continue;
    line.remove_prefix(std::min(line.find(' '), line.size()));
    Core core;
    for (int i = 0; i < 8; ++i) {
      const auto ticks = static_cast<std::uint64_t>(std::clamp(next_number(line).value_or(0), 0.0, 1e18));
      core.all += ticks;
      if (i != 3 && i != 4) core.busy += ticks;
    }
    now.push_back(core);
  }
  for (std::size_t i = 0; i < now.size() && now.size() == before_.size(); ++i) {
    const std::uint64_t all = now[i].all > before_[i].all ? now[i].all - before_[i].all : 0;
    const std::uint64_t busy = now[i].busy > before_[i].busy ? now[i].busy - before_[i].busy : 0;
    out.core_percent.push_back(all > 0 ? 100.0 * static_cast<double>(busy) / static_cast<double>(all) : 0);
  }
  before_ = std::move(now);
}

}  // namespace paddock::metrics
