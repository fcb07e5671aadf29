#include "leftover.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "paddock/base/clock.h"
#include "paddock/base/text.h"
#include "paddock/base/unique_fd.h"
#include "proc.h"

namespace paddock::keeper {

namespace {

constexpr Duration kPatience = std::chrono::seconds(3);

using Pidfds = std::vector<UniqueFd>;

// The pidfd pins the process; that it is the one we mean is known once its start time was read again.
UniqueFd pin(pid_t pid, std::uint64_t started) {
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto now = process(pid);
  if (!now || now->started != started || now->state == 'Z') return {};
  return pidfd;
}

void kill_exactly(const ProcessFacts& target, Pidfds& killed) {
  UniqueFd pidfd = pin(target.pid, target.started);
  if (!pidfd) return;
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) == 0)
    killed.push_back(std::move(pidfd));
}

// A group keeps its number as long as it has a member; a leader with another start time leads another group.
bool is_of(const Trace& trace, const ProcessFacts& process, const std::vector<ProcessFacts>& all) {
  if (process.pid == trace.leader) return process.started == trace.leader_started;
  if (process.group != trace.leader || process.session != trace.session) return false;
  return std::none_of(all.begin(), all.end(), [&](const ProcessFacts& other) {
    return other.pid == trace.leader && other.started != trace.leader_started;
  });
}

// Only a folder that a keeper made: its name says so.
bool kill_cgroup(const Trace& trace) {
  const std::string name = "paddock-" + std::to_string(trace.keeper);
  if (std::filesystem::path(trace.cgroup).filename() != name) return false;
  const UniqueFd fd(::open((trace.cgroup + "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), "1", 1) == 1;
}

void await(const Pidfds& pidfds, TimePoint deadline) {
  for (const UniqueFd& pidfd : pidfds) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_now());
    pollfd fds = {pidfd.get(), POLLIN, 0};
    ::poll(&fds, 1, std::max(0, static_cast<int>(left.count())));
  }
}

void remove_cgroup(const Trace& trace) {
  if (!trace.cgroup.empty()) ::rmdir(trace.cgroup.c_str());
}

void await_keepers(const std::vector<Trace>& traces) {
  Pidfds keepers;
  for (const Trace& trace : traces) {
    if (UniqueFd keeper = pin(trace.keeper, trace.keeper_started)) keepers.push_back(std::move(keeper));
  }
  await(keepers, steady_now() + kPatience);
}

}  // namespace

std::vector<std::string> end_leftovers(std::vector<Trace> traces) {
  const std::string boot = boot_id();
  std::erase_if(traces, [&](const Trace& trace) { return trace.boot != boot; });
  await_keepers(traces);
  std::vector<std::string> out;
  Pidfds killed;
  const std::vector<ProcessFacts> all = processes();
  for (const Trace& trace : traces) {
    const std::size_t before = killed.size();
    for (const ProcessFacts& process : all) {
      if (is_of(trace, process, all)) kill_exactly(process, killed);
    }
    kill_cgroup(trace);
    if (killed.size() == before) continue;
    out.push_back("model " + printable(trace.name) + " was left by an earlier paddock (pid " +
                  std::to_string(trace.leader) + "): killed");
  }
  await(killed, steady_now() + kPatience);
  for (const Trace& trace : traces) remove_cgroup(trace);
  return out;
}

}  // namespace paddock::keeper
