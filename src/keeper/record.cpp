#include "record.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <limits>
#include <sstream>

#include "paddock/base/text.h"
#include "paddock/base/words.h"
#include "proc.h"

namespace paddock::keeper {

std::string format(const Trace& trace) {
  std::ostringstream out;
  out << "boot " << trace.boot << "\nsession " << trace.session << "\nkeeper " << trace.keeper << " "
      << trace.keeper_started << "\nleader " << trace.leader << " " << trace.leader_started << "\ncgroup "
      << trace.cgroup << "\nname " << printable(trace.name) << "\n";
  return out.str();
}

std::optional<Trace> parse_trace(std::string_view text) {
  std::istringstream lines{std::string(text)};
  Trace out;
  const auto rest_of = [&lines](const std::string& key) -> std::optional<std::string> {
    std::string line;
    if (!std::getline(lines, line) || !line.starts_with(key + " ")) return std::nullopt;
    return line.substr(key.size() + 1);
  };
  const auto process_of = [](const std::optional<std::string>& words, pid_t& pid, std::uint64_t& started) {
    if (!words) return false;
    std::istringstream in(*words);
    return static_cast<bool>(in >> pid >> started) && pid > 1 && in.eof();
  };
  const auto boot = rest_of("boot");
  if (!boot) return std::nullopt;
  out.boot = *boot;
  const auto session = rest_of("session");
  if (!session) return std::nullopt;
  const auto number = whole_number<pid_t>(*session);
  if (!number) return std::nullopt;
  out.session = *number;
  if (!process_of(rest_of("keeper"), out.keeper, out.keeper_started)) return std::nullopt;
  if (!process_of(rest_of("leader"), out.leader, out.leader_started)) return std::nullopt;
  const auto cgroup = rest_of("cgroup"), name = rest_of("name");
  if (!cgroup || !name) return std::nullopt;
  out.cgroup = *cgroup;
  out.name = *name;
  return out;
}

Record::Record(const std::string& folder) {
  if (!folder.empty()) path_ = folder + "/" + std::to_string(::getpid());
}

Record::~Record() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Record::write(const std::string& name, pid_t leader, const std::string& cgroup) {
  if (path_.empty()) return;
  Trace trace{boot_id(), ::getsid(0), ::getpid(), 0, leader, 0, cgroup, name};
  if (const auto self = process(trace.keeper)) trace.keeper_started = self->started;
  if (const auto other = process(leader)) trace.leader_started = other->started;
  const std::string fresh = path_ + ".new";
  {
    std::ofstream file(fresh);
    file << format(trace);
  }
  std::rename(fresh.c_str(), path_.c_str());
}

}  // namespace paddock::keeper
