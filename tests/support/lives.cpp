#include "tests/support/lives.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "paddock/base/read_text.h"
#include "paddock/base/unique_fd.h"

namespace paddock::test {
namespace {

constexpr const char* kSightings = "sightings";

std::string entry_of(const Life& life) {
  return life.name + "." + std::to_string(life.pid) + "." + std::to_string(life.started);
}

std::optional<Life> parse_entry(const std::string& entry) {
  const auto first = entry.find('.');
  const auto second = entry.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  return Life{entry.substr(0, first), std::atoi(entry.c_str() + first + 1),
              std::strtoull(entry.c_str() + second + 1, nullptr, 10)};
}

Life this_process(const std::string& name) {
  const auto facts = facts_of(::getpid());
  return {name, ::getpid(), facts ? facts->started : 0};
}

}  // namespace

std::optional<ProcessFacts> facts_of(pid_t pid) {
  return parse_stat(read_text("/proc/" + std::to_string(pid) + "/stat").value_or(""));
}

std::vector<ProcessFacts> all_processes() {
  std::vector<ProcessFacts> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    if (const auto facts = facts_of(pid)) all.push_back(*facts);
  }
  return all;
}

bool is_alive(const Life& life) {
  const auto facts = facts_of(life.pid);
  return facts && facts->started == life.started;
}

Lives::Lives(std::string folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

void Lives::enter(const std::string& name) const {
  const std::string path = folder_ + "/" + entry_of(this_process(name));
  const UniqueFd entry(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
}

void Lives::enter_and_look(const std::string& name) const {
  enter(name);
  const Life self = this_process(name);
  std::string line = entry_of(self);
  for (const Life& life : alive()) {
    if (life != self) line += " " + entry_of(life);
  }
  line += "\n";
  const std::string path = folder_ + "/" + kSightings;
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  [[maybe_unused]] const ssize_t written = ::write(file.get(), line.data(), line.size());
}

std::vector<Life> Lives::alive() const {
  std::vector<Life> found;
  std::error_code gone;  // others tidy up at the same time
  for (std::filesystem::directory_iterator it(folder_, gone), end; it != end && !gone; it.increment(gone)) {
    const auto life = parse_entry(it->path().filename().string());
    if (!life) continue;
    if (is_alive(*life)) {
      found.push_back(*life);
    } else {
      ::unlink(it->path().c_str());
    }
  }
  // Whoever still lives now lived between the two looks, together with all others of whom that is true.
  std::erase_if(found, [](const Life& life) { return !is_alive(life); });
  return found;
}

std::vector<Sighting> Lives::sightings() const {
  std::vector<Sighting> all;
  std::ifstream file(folder_ + "/" + kSightings);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::vector<Life> lives;
    for (std::string word; words >> word;) {
      if (const auto life = parse_entry(word)) lives.push_back(*life);
    }
    if (!lives.empty()) all.push_back({lives.front(), {lives.begin() + 1, lives.end()}});
  }
  return all;
}

}  // namespace paddock::test
