#include "tenants.h"

#include <algorithm>
#include <map>
#include <utility>

#include "paddock/base/process_facts.h"
#include "paddock/base/read_text.h"

namespace paddock::gpu {

namespace {

constexpr std::size_t kMostAncestors = 100;

// Each file once, however many descend from the same shell.
class People {
 public:
  explicit People(const std::string& proc) : proc_(proc) {}

  void introduce(Process& process) {
    const auto& itself = facts(process.pid);
    if (!itself) return;
    if (process.name.empty()) process.name = itself->name;
    process.lineage.clear();
    for (pid_t pid = process.pid; pid > 0 && process.lineage.size() < kMostAncestors;) {
      process.lineage.push_back(pid);
      const auto& one = facts(pid);
      pid = one ? one->parent : 0;
    }
  }

 private:
  const std::optional<ProcessFacts>& facts(pid_t pid) {
    const auto [entry, is_new] = known_.try_emplace(pid);
    if (is_new) {
      const auto text = read_text(proc_ + "/" + std::to_string(pid) + "/stat");
      if (text) entry->second = parse_stat(*text);
    }
    return entry->second;
  }

  const std::string& proc_;
  std::map<pid_t, std::optional<ProcessFacts>> known_;
};

void make_unique(std::vector<Process>& processes) {
  std::sort(processes.begin(), processes.end(), [](const Process& a, const Process& b) {
    return std::pair(a.pid, b.bytes) < std::pair(b.pid, a.bytes);
  });
  const auto same = [](const Process& a, const Process& b) { return a.pid == b.pid; };
  processes.erase(std::unique(processes.begin(), processes.end(), same), processes.end());
}

}  // namespace

void introduce(std::vector<Device>& devices, const std::string& proc) {
  People people(proc);
  for (Device& device : devices) {
    if (!device.processes) continue;
    make_unique(*device.processes);
    for (Process& process : *device.processes) people.introduce(process);
  }
}

}  // namespace paddock::gpu
