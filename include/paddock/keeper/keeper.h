// Keepers stand between the daemon and what it starts, so that nothing outlives either.
//
//   daemon       the owner of everything; holds a socket pair with the helper and with each keeper
//   `- helper    forked before the daemon has a thread; forks the keepers
//      `- keeper    one for each launch: single-threaded, child subreaper
//         `- leader    the program that was ordered, leading a process group
//            `- ...       what it starts, wherever that hides
//
// A keeper starts the leader, reports how it went, passes signals on, reaps everything below it, and when the
// launch is over kills what is left until nothing is. It takes the end of the socket pair for the end of the
// daemon: then it kills everything at once. The leader dies with its keeper (parent-death signal); what a
// dead keeper leaves is killed by the helper. Only processes that are the killer's own unreaped children are
// ever signalled, and their groups, so no signal reaches a number that was given away again.
//
// Children get: a process group of their own; stdin null, stdout and stderr as ordered, no other descriptor;
// no signal blocked or ignored; the environment and file limit that were ordered.
//
// Not a scheduler and not a state machine of a start (process/lifecycle.h): it knows no ports, no health and
// no time. One thread for each Helper and each Keeper; neither ever blocks.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

struct Order {
  std::string name;               // of the model, for the records
  std::string program;            // the file to execute
  std::vector<std::string> argv;  // not empty
  std::vector<std::string> env;   // all of it
  rlimit files{};                 // RLIMIT_NOFILE
  // The end of the leader is not the end of the launch: what it left goes on until end(), or until it has
  // ended after a SIGTERM.
  bool detached = false;
};

// What is told of a launch, in this order: NotStarted alone; or Started, Ended, Gone. Where a keeper was
// killed the helper tells what it had not told: an end by SIGKILL, and Gone when nothing is left. Lost may
// come instead of any of them and is the last.
struct NotStarted {
  int error = 0;  // errno of the exec; of a fork or the like if `system`
  bool system = false;
};
struct Started {
  pid_t pid = -1;
  UniqueFd pidfd;  // polls readable once the leader has ended
};
// The leader was reaped. One of the two is set.
struct Ended {
  std::optional<int> code, signal;
};
// Nothing of the launch is left.
struct Gone {};
// The keeper died and so did the helper: nobody is left who could tell. The leader dies with its keeper.
struct Lost {};
using News = std::variant<NotStarted, Started, Ended, Gone, Lost>;

// The daemon's hold on one launch. Destroying it ends the launch, without waiting.
class Keeper {
 public:
  explicit Keeper(UniqueFd socket) : socket_(std::move(socket)) {}

  // Polls readable when there is news. -1 after the last.
  int fd() const { return socket_.get(); }
  std::optional<News> next();

  // To the leader and its group; of a detached launch also to what left the group.
  void signal(int number);
  // Kills the leader and everything below it.
  void end();

 private:
  void send(int word);

  UniqueFd socket_;
};

// Where launches leave their traces; an empty path means nowhere.
struct Places {
  std::string records;  // a folder with a file for each launch that lives (state.h)
  std::string cgroups;  // a cgroup v2 folder in which each launch may have one of its own
};

// The daemon's hold on the helper. Destroying it ends all keepers and their launches, without waiting.
class Helper {
 public:
  // To be called while the process has one thread. In the helper itself it never returns.
  static Result<Helper, std::string> fork();

  void use(Places places) { places_ = std::move(places); }
  // The error is a sentence. `output` becomes the launch's stdout and stderr. If the helper was killed,
  // another is forked first.
  Result<Keeper, std::string> start(const Order& order, const UniqueFd& output);
  pid_t pid() const { return pid_; }

 private:
  Helper(UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}
  bool replace();

  UniqueFd socket_;
  pid_t pid_;
  Places places_;
};

}  // namespace paddock::keeper
