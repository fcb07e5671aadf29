#include "cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "paddock/base/read_text.h"
#include "paddock/keeper/state.h"

namespace paddock::keeper {

namespace {

// mountinfo writes blanks and the like as \040.
std::string unescape(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> own_group(std::string_view own) {
  std::istringstream lines{std::string(own)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return std::nullopt;
}

struct Mount {
  std::string root, point;
};

// `36 35 0:30 ROOT POINT OPTIONS [TAGS...] - cgroup2 ...`
std::optional<Mount> cgroup_mount(const std::string& line) {
  if (line.find(" - cgroup2 ") == std::string::npos) return std::nullopt;
  std::istringstream words(line);
  std::string skipped, root, point, options;
  if (!(words >> skipped >> skipped >> skipped >> root >> point >> options)) return std::nullopt;
  return Mount{unescape(root), unescape(point)};
}

}  // namespace

std::optional<std::string> cgroup_folder(std::string_view mounts, std::string_view own) {
  const std::optional<std::string> group = own_group(own);
  if (!group || group->find("/..") != std::string::npos) return std::nullopt;
  std::istringstream lines{std::string(mounts)};
  for (std::string line; std::getline(lines, line);) {
    const std::optional<Mount> mount = cgroup_mount(line);
    if (!mount) continue;
    // Only what is below the mount's root can be seen through it.
    const std::string root = mount->root == "/" ? "" : mount->root;
    if (*group != root && !group->starts_with(root + "/")) continue;
    const std::string below = group->substr(root.size());
    return mount->point + (below == "/" ? "" : below);
  }
  return std::nullopt;
}

Cgroup::Cgroup(const std::string& parent) {
  if (parent.empty()) return;
  const std::string path = parent + "/paddock-" + std::to_string(::getpid());
  if (::mkdir(path.c_str(), 0755) != 0) return;
  folder_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_ || ::faccessat(folder_.get(), "cgroup.procs", W_OK, 0) != 0) {
    folder_.reset();
    ::rmdir(path.c_str());
    return;
  }
  path_ = path;
}

Cgroup::~Cgroup() {
  if (!path_.empty()) ::rmdir(path_.c_str());
}

void Cgroup::kill() {
  if (path_.empty()) return;
  const UniqueFd fd(::open((path_ + "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  if (fd) [[maybe_unused]]
    const ssize_t written = ::write(fd.get(), "1", 1);
}

std::string usable_cgroups() {
  const auto folder = cgroup_folder(read_text("/proc/self/mountinfo").value_or(""),
                                    read_text("/proc/self/cgroup").value_or(""));
  if (!folder) return {};
  const Cgroup trial(*folder);
  const bool kills = !trial.path().empty() && ::access((trial.path() + "/cgroup.kill").c_str(), W_OK) == 0;
  return kills ? *folder : std::string();
}

}  // namespace paddock::keeper
