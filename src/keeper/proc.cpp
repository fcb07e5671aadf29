#include "proc.h"

#include <dirent.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "paddock/base/words.h"

namespace paddock::keeper {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::optional<ProcessFacts> process(pid_t pid) {
  return parse_stat(read_text("/proc/" + std::to_string(pid) + "/stat"));
}

std::vector<ProcessFacts> processes() {
  std::vector<ProcessFacts> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return out;
  while (const dirent* entry = ::readdir(folder.get())) {
    const auto pid = whole_number<pid_t>(entry->d_name);
    if (!pid) continue;
    if (const auto found = process(*pid)) out.push_back(*found);
  }
  return out;
}

std::string boot_id() {
  std::string id = read_text("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

}  // namespace paddock::keeper
