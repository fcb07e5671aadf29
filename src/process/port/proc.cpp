#include "port/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "paddock/base/unique_fd.h"
#include "port/sock_diag.h"

namespace paddock::process {

namespace {

// The kernel lists listening sockets before all others: more than a thousand of them fit in.
constexpr std::size_t kTableBytes = 256 << 10;
constexpr std::size_t kStatBytes = 4096;
constexpr std::size_t kChildrenBytes = 16 << 10;
constexpr std::size_t kMostRelatives = 500;
constexpr int kMostAncestors = 100;

std::string read_start(const std::string& path, std::size_t limit) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(file ? limit : 0, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

Folder open_folder(const std::string& path) { return {::opendir(path.c_str()), ::closedir}; }

const char* next_name(const Folder& folder) {
  const dirent* entry = folder ? ::readdir(folder.get()) : nullptr;
  return entry ? entry->d_name : nullptr;
}

// The entries of a folder that are numbers.
std::vector<pid_t> numbers_in(const std::string& path) {
  std::vector<pid_t> numbers;
  const Folder folder = open_folder(path);
  while (const char* name = next_name(folder)) {
    for (const pid_t number : parse_pids(name)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

Proc::Proc() : proc_("/proc/"), knows_kernel_(true) {}

Proc::Proc(const std::string& root) : proc_(root + "/proc/") {}

std::vector<ListeningSocket> Proc::listening() const {
  if (knows_kernel_) {
    if (auto sockets = diag_listening()) return std::move(*sockets);
  }
  return tables();
}

std::vector<ListeningSocket> Proc::tables() const {
  std::vector<ListeningSocket> sockets = parse_listening(read_start(proc_ + "net/tcp", kTableBytes));
  const std::vector<ListeningSocket> v6 = parse_listening(read_start(proc_ + "net/tcp6", kTableBytes));
  sockets.insert(sockets.end(), v6.begin(), v6.end());
  return sockets;
}

std::optional<ProcessFacts> Proc::process(pid_t pid) const {
  return parse_stat(read_start(proc_ + std::to_string(pid) + "/stat", kStatBytes));
}

std::uint64_t Proc::cpu_ticks(pid_t pid) const {
  return parse_cpu_ticks(read_start(proc_ + std::to_string(pid) + "/stat", kStatBytes));
}

std::vector<pid_t> Proc::processes() const { return numbers_in(proc_); }

std::vector<pid_t> Proc::family(pid_t leader) const {
  std::vector<pid_t> found = {leader};
  for (std::size_t next = 0; next < found.size() && found.size() < kMostRelatives; ++next) {
    const std::string tasks = proc_ + std::to_string(found[next]) + "/task/";
    for (const pid_t task : numbers_in(tasks)) {
      const std::string children = read_start(tasks + std::to_string(task) + "/children", kChildrenBytes);
      for (const pid_t child : parse_pids(children)) found.push_back(child);
    }
  }
  return found;
}

bool Proc::descends(ProcessFacts process, pid_t ancestor) const {
  for (int step = 0; step < kMostAncestors; ++step) {
    if (process.pid == ancestor) return true;
    std::optional<ProcessFacts> parent = this->process(process.parent);
    if (!parent) return false;
    process = std::move(*parent);
  }
  return false;
}

std::vector<Inode> Proc::sockets(pid_t pid, int& looks) const {
  std::vector<Inode> sockets;
  const Folder folder = open_folder(proc_ + std::to_string(pid) + "/fd");
  while (const char* name = next_name(folder)) {
    if (looks-- <= 0) return {};
    std::array<char, 64> target{};
    const ssize_t size = ::readlinkat(::dirfd(folder.get()), name, target.data(), target.size());
    if (size <= 0) continue;
    if (const auto inode = parse_socket_link({target.data(), static_cast<std::size_t>(size)})) {
      sockets.push_back(*inode);
    }
  }
  return sockets;
}

}  // namespace paddock::process
