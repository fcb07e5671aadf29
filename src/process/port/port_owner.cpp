#include "port/port_owner.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "paddock/base/text.h"
#include "port/ip_address.h"

namespace paddock::process {

namespace {

constexpr const char* kUnseen = "a process that paddock may not see";
constexpr std::size_t kNameBytes = 60;
// Links of /proc/*/fd that are read for one question: some 50 ms.
constexpr int kMostLooks = 50'000;

// They run all the time and open ports when a container or a tunnel starts. The kernel cuts names to 15
// bytes.
constexpr std::string_view kForwarders[] = {"com.docker.back", "gvproxy", "pasta",      "pasta.avx2",
                                            "rootlesskit",     "ssh",     "slirp4netns"};

using Sockets = std::vector<Inode>;

template <class At>
Sockets listening(const Proc& proc, int port, At at) {
  Sockets found;
  for (const ListeningSocket& socket : proc.listening()) {
    if (socket.port == port && at(socket.address)) found.push_back(socket.inode);
  }
  return found;
}

Sockets listening_at(const Proc& proc, const IpAddress& target, int port) {
  return listening(proc, port, [&](const IpAddress& address) { return takes(address, target); });
}

// Those of `pids` that hold one of the sockets, socket by socket.
std::vector<std::vector<pid_t>> holders_of(const Proc& proc, const Sockets& sockets,
                                           const std::vector<pid_t>& pids) {
  std::vector<std::vector<pid_t>> holders(sockets.size());
  if (sockets.empty()) return holders;
  int looks = kMostLooks;
  for (const pid_t pid : pids) {
    const Sockets held = proc.sockets(pid, looks);
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (std::find(held.begin(), held.end(), sockets[i]) != held.end()) holders[i].push_back(pid);
    }
  }
  return holders;
}

bool has_any(const std::vector<std::vector<pid_t>>& holders) {
  return std::any_of(holders.begin(), holders.end(), [](const auto& pids) { return !pids.empty(); });
}

std::string in_words(const ProcessFacts& process) {
  return printable(process.name, kNameBytes) + " (pid " + std::to_string(process.pid) + ")";
}

std::string first_of(const Proc& proc, const Sockets& sockets) {
  if (sockets.empty()) return kUnseen;
  for (const std::vector<pid_t>& pids : holders_of(proc, sockets, proc.processes())) {
    for (const pid_t pid : pids) {
      if (const auto process = proc.process(pid)) return in_words(*process);
    }
  }
  return kUnseen;
}

bool is_ours(const SocketHolder& holder, const ProcessFacts& leader) {
  const ProcessFacts& process = holder.process;
  return holder.descends || process.pid == leader.pid || process.group == leader.pid ||
         process.session == leader.pid;
}

bool is_stranger(const SocketHolder& holder, const ProcessFacts& leader) {
  const auto& names = kForwarders;
  return holder.process.started < leader.started &&
         std::find(std::begin(names), std::end(names), holder.process.name) == std::end(names);
}

std::vector<std::vector<SocketHolder>> facts_of(const Proc& proc,
                                                const std::vector<std::vector<pid_t>>& holders, pid_t tree) {
  std::vector<std::vector<SocketHolder>> facts(holders.size());
  for (std::size_t i = 0; i < holders.size(); ++i) {
    for (const pid_t pid : holders[i]) {
      if (const auto process = proc.process(pid))
        facts[i].push_back({*process, proc.descends(*process, tree)});
    }
  }
  return facts;
}

}  // namespace

Answerer judge(const std::vector<std::vector<SocketHolder>>& sockets, const ProcessFacts& leader) {
  const SocketHolder* stranger = nullptr;
  const SocketHolder* outsider = nullptr;
  bool unseen = sockets.empty();
  for (const std::vector<SocketHolder>& holders : sockets) {
    unseen = unseen || holders.empty();
    for (const SocketHolder& holder : holders) {
      if (is_ours(holder, leader)) return {};
      (is_stranger(holder, leader) ? stranger : outsider) = &holder;
    }
  }
  if (outsider) return {Standing::kOutsider, in_words(outsider->process)};
  if (unseen || !stranger) return {Standing::kOutsider, kUnseen};
  return {Standing::kStranger, in_words(stranger->process)};
}

Answerer who_answers(const Proc& proc, const Ready& ready, pid_t leader, pid_t tree) {
  const std::optional<IpAddress> address = parse_ip(ready.address);
  if (!address || !is_own(destination(*address))) return {};
  const Sockets sockets = listening_at(proc, destination(*address), ready.port);
  if (has_any(holders_of(proc, sockets, proc.family(tree)))) return {};
  const std::optional<ProcessFacts> self = proc.process(leader);
  if (!self) return {Standing::kOutsider, kUnseen};
  return judge(facts_of(proc, holders_of(proc, sockets, proc.processes()), tree), *self);
}

bool is_taken(const Proc& proc, const Endpoint& endpoint) {
  const std::vector<IpAddress> addresses = own_addresses(endpoint.host);
  // A port that cannot be bound may belong to a connection; only who listens can be taken for the model.
  return std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
    return try_bind(address, endpoint.port) != BindResult::kFree &&
           !listening_at(proc, address, endpoint.port).empty();
  });
}

std::string taker(const Proc& proc, const Endpoint& endpoint) {
  const std::vector<IpAddress> addresses = own_addresses(endpoint.host);
  return first_of(proc, listening(proc, endpoint.port, [&](const IpAddress& listens) {
                    return std::any_of(addresses.begin(), addresses.end(),
                                       [&](const IpAddress& address) { return takes(listens, address); });
                  }));
}

std::string taker(const Proc& proc, int port) {
  return first_of(proc, listening(proc, port, [](const IpAddress&) { return true; }));
}

}  // namespace paddock::process
