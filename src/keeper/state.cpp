#include "paddock/keeper/state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "leftover.h"
#include "paddock/base/read_text.h"
#include "record.h"

namespace paddock::keeper {

namespace fs = std::filesystem;

namespace {

// Who holds the lock, as it wrote itself into the file.
std::string holder(int fd) {
  char text[32] = {};
  const ssize_t size = ::pread(fd, text, sizeof text - 1, 0);
  return size > 0 ? " (pid " + std::string(text, static_cast<std::size_t>(size)) + ")" : "";
}

void write_own_pid(int fd) {
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const ssize_t written = ::pwrite(fd, pid.data(), pid.size(), 0);
}

}  // namespace

std::string default_state_folder(const std::function<std::optional<std::string>(const char*)>& environment,
                                 bool is_root) {
  const auto set = [&](const char* name) -> std::string { return environment(name).value_or(""); };
  if (const std::string given = set("STATE_DIRECTORY"); !given.empty())
    return given.substr(0, given.find(':'));
  if (is_root) return "/var/lib/paddock";
  if (const std::string given = set("XDG_STATE_HOME"); !given.empty()) return given + "/paddock";
  if (const std::string home = set("HOME"); !home.empty()) return home + "/.local/state/paddock";
  return {};
}

Result<State, std::string> State::open(const std::string& folder) {
  const auto refused = [&](const std::string& why) {
    return "launches leave no trace for the next start: " + folder + " " + why;
  };
  if (folder.empty()) {
    return std::string("launches leave no trace for the next start: there is no folder for it; set stateDir");
  }
  std::error_code error;
  fs::create_directories(fs::path(folder) / "launches", error);
  if (error) return refused("cannot be made (" + error.message() + ")");
  UniqueFd lock(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || ::access((folder + "/launches").c_str(), W_OK) != 0) {
    return refused(std::string("cannot be written to (") + std::strerror(errno) + ")");
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return refused("is in use by another paddock" + holder(lock.get()) +
                   "; give this one a stateDir of its own");
  }
  write_own_pid(lock.get());
  return State(folder, std::move(lock));
}

std::vector<std::string> State::sweep() {
  std::vector<Trace> traces;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(records(), error)) {
    if (auto trace = parse_trace(read_text(entry.path().string()).value_or("")))
      traces.push_back(std::move(*trace));
  }
  std::vector<std::string> out = end_leftovers(std::move(traces));
  for (const fs::directory_entry& entry : fs::directory_iterator(records(), error)) {
    fs::remove(entry.path(), error);
  }
  return out;
}

}  // namespace paddock::keeper
