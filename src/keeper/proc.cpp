#include "proc.h"

#include <dirent.h>

#include <memory>

#include "paddock/base/read_text.h"
#include "paddock/base/words.h"

namespace paddock::keeper {

std::optional<ProcessFacts> process(pid_t pid) {
  return parse_stat(read_text("/proc/" + std::to_string(pid) + "/stat").value_or(""));
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
  std::string id = read_text("/proc/sys/kernel/random/boot_id").value_or("");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

}  // namespace paddock::keeper
