#include "paddock/machine/hardware.h"

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "paddock/base/read_text.h"
#include "paddock/base/text.h"
#include "paddock/base/words.h"
#include "paddock/machine/stats.h"

namespace paddock::machine {

namespace {

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  const auto text = read_text(path);
  return text ? whole_number<std::uint64_t>(trim(*text)) : std::nullopt;
}

// The limit of this process's own container, as containers see it.
std::optional<std::uint64_t> cgroup_limit(const std::string& root) {
  if (const auto v2 = number_in(root + "/sys/fs/cgroup/memory.max")) return v2;
  return number_in(root + "/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

void find_environment(const std::string& root, Hardware& hardware) {
  if (to_lower(hardware.kernel).find("microsoft") != std::string::npos) {
    hardware.environment = hardware.environment_name = "wsl";
  } else if (exists(root + "/.dockerenv")) {
    hardware.environment = "container";
    hardware.environment_name = "docker";
  } else if (exists(root + "/run/.containerenv")) {
    hardware.environment = "container";
    hardware.environment_name = "podman";
  } else if (const auto manager = read_text(root + "/run/systemd/container")) {
    hardware.environment = "container";
    hardware.environment_name = std::string(trim(*manager));
  }
}

}  // namespace

Cpu parse_cpuinfo(std::string_view text) {
  Cpu cpu;
  std::set<std::string_view> sockets;
  std::set<std::pair<std::string_view, std::string_view>> cores;
  std::string_view socket;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, colon)), value = trim(line.substr(colon + 1));
    if (name == "processor") ++cpu.threads;
    if (name == "vendor_id" && cpu.vendor.empty()) cpu.vendor = std::string(value);
    if (name == "model name" && cpu.model.empty()) cpu.model = std::string(value);
    if (name == "physical id") sockets.insert(socket = value);
    if (name == "core id") cores.emplace(socket, value);
  }
  cpu.sockets = static_cast<int>(sockets.size());
  cpu.cores = static_cast<int>(cores.size());
  return cpu;
}

std::string os_release_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view line = trim(next_line(text));
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
    std::string_view value = line.substr(key.size() + 1);
    const bool is_quoted =
        value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    return std::string(is_quoted ? value.substr(1, value.size() - 2) : value);
  }
  return {};
}

Hardware read_hardware(const std::string& root) {
  Hardware hardware;
  utsname name{};
  if (::uname(&name) == 0) {
    hardware.machine = name.machine;
    hardware.kernel = name.release;
  }
  const std::string release = read_text(root + "/etc/os-release").value_or("");
  hardware.os_name = os_release_value(release, "NAME");
  hardware.os_version = os_release_value(release, "VERSION_ID");
  find_environment(root, hardware);
  hardware.cpu = parse_cpuinfo(read_text(root + "/proc/cpuinfo").value_or(""));
  if (const auto memory = read_memory(root + "/proc")) hardware.memory = memory->total;
  const auto limit = cgroup_limit(root);
  if (limit && hardware.memory) hardware.memory = std::min(*limit, *hardware.memory);
  return hardware;
}

}  // namespace paddock::machine
