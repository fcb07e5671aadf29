#include "tests/chaos/process_watch.h"

#include <poll.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "paddock/base/process_facts.h"
#include "tests/support/lives.h"
#include "tests/support/temp_dir.h"

namespace paddock::chaos {
namespace {

namespace fs = std::filesystem;

std::string proc_text(pid_t pid, const char* file) {
  return test::read_file("/proc/" + std::to_string(pid) + "/" + file);
}

std::map<pid_t, ProcessFacts> processes_by_pid() {
  std::map<pid_t, ProcessFacts> all;
  for (ProcessFacts& facts : test::all_processes()) all.emplace(facts.pid, std::move(facts));
  return all;
}

int count_below(pid_t root, const std::function<bool(const ProcessFacts&)>& counts) {
  const auto all = processes_by_pid();
  int found = 0;
  for (const auto& [pid, facts] : all) {
    if (!counts(facts)) continue;
    for (auto at = all.find(facts.parent); at != all.end(); at = all.find(at->second.parent)) {
      if (at->first != root) continue;
      ++found;
      break;
    }
  }
  return found;
}

}  // namespace

int open_descriptors(pid_t pid) {
  return static_cast<int>(std::distance(fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd"),
                                        fs::directory_iterator()));
}

long anonymous_kib(pid_t pid) {
  const std::string status = proc_text(pid, "status");
  const auto at = status.find("RssAnon:");
  return at == std::string::npos ? -1 : std::atol(status.c_str() + at + 8);
}

std::vector<std::string> processes_with(const std::string& entry, pid_t except) {
  std::vector<std::string> found;
  for (const auto& [pid, facts] : processes_by_pid()) {
    const std::string environment = std::string(1, '\0') + proc_text(pid, "environ");
    if (pid == except || environment.find('\0' + entry + '\0') == std::string::npos) continue;
    found.push_back(std::to_string(pid) + " " + facts.name + " " + facts.state);
  }
  return found;
}

int zombies_below(pid_t pid) {
  return count_below(pid, [](const ProcessFacts& facts) { return facts.state == 'Z'; });
}

int keepers_below(pid_t pid) {
  return count_below(pid, [](const ProcessFacts& facts) { return facts.name == "paddock-keeper"; });
}

MemoryWatch::MemoryWatch(pid_t pid) {
  thread_ = std::thread([this, pid] {
    while (!stopping_) {
      if (const long now = anonymous_kib(pid); now > 0) samples_.push_back(now);
      ::poll(nullptr, 0, 250);
    }
  });
}

MemoryWatch::~MemoryWatch() {
  if (thread_.joinable()) stop();
}

std::vector<long> MemoryWatch::stop() {
  stopping_ = true;
  thread_.join();
  return samples_;
}

}  // namespace paddock::chaos
