// Who listens on a port of this machine, and whether it can be the launch that is to be ready there.
//
//   The socket's owner, as seen             | is then      | Why
//   ----------------------------------------+--------------+---------------------------------------------------
//   the launch's leader, in its group or    | ours         |
//     session, or in our tree               |              |
//   older than the leader                   | a stranger   | nothing that the launch began can be older
//   older, but listens for others by trade  | an outsider  | a forwarder of containers or of ssh that always
//                                           |              | runs
//   younger, outside our tree               | an outsider  | docker's proxy, systemd-run
//   not seen: another user's, none at all   | an outsider  | docker's proxy; a rule of the packet filter
//
// One owner that is ours is enough; strangers are only those that are proved to be. Start times have a
// resolution of 10 ms; equal ones prove nothing. Any thread; bounded work (see Proc), most of it only when
// the owner is not in the launch's family.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"
#include "port/proc.h"

namespace paddock::process {

enum class Standing { kOurs, kOutsider, kStranger };

struct Answerer {
  Standing standing = Standing::kOurs;
  std::string who;  // `python3 (pid 12)`, `a process that paddock may not see`; empty if ours
};

struct SocketHolder {
  ProcessFacts process;
  bool descends = false;  // is in the launch's tree
};

// Pure. For each listening socket those who are seen to hold it.
Answerer judge(const std::vector<std::vector<SocketHolder>>& sockets, const ProcessFacts& leader);

// Who answers where a launch became ready. Another machine's address is none of our business: ours. `tree`:
// the process below which all is ours, which is the leader's keeper.
Answerer who_answers(const Proc& proc, const Ready& ready, pid_t leader, pid_t tree);

// Whether somebody listens where the endpoint points to. Never at another machine's address, nor at a name's
// but `localhost`.
bool is_taken(const Proc& proc, const Endpoint& endpoint);
// Who that is, as in Answerer.
std::string taker(const Proc& proc, const Endpoint& endpoint);
// Who listens on the port at any address.
std::string taker(const Proc& proc, int port);

}  // namespace paddock::process
