#include "helper.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>

#include "children.h"
#include "keep.h"
#include "wire.h"

namespace paddock::keeper {

namespace {

class HelperProcess {
 public:
  explicit HelperProcess(UniqueFd daemon) : daemon_(std::move(daemon)) {}

  void run() {
    while (daemon_ || has_children()) turn();
  }

 private:
  void turn() {
    // Orphans of a dead keeper may have children of their own, which come to us one generation at a time.
    const bool again = orphaned_ && !end_orphans();
    const bool asked = watch_.wait(daemon_, again);
    reap_ended();
    if (asked) obey();
  }

  void obey() {
    char word = 0;
    Received received = receive_bytes(daemon_.get(), &word, 1);
    if (received.state == Received::State::kOver) return daemon_.reset();
    if (received.state == Received::State::kNothingYet) return;
    auto& [socket, order, output] = received.descriptors;
    const pid_t pid = ::fork();
    if (pid == 0) become_keeper(std::move(socket), std::move(order), std::move(output));
    if (pid > 0) return void(keepers_.insert(pid));
    const Message refused{Word::kNoSystem, errno};
    send_bytes(socket.get(), &refused, sizeof refused);
  }

  [[noreturn]] void become_keeper(UniqueFd socket, UniqueFd order, UniqueFd output) {
    settle_in("paddock-keeper", {&socket, &order, &output});
    run_keeper(std::move(socket), std::move(order), std::move(output));
  }

  void reap_ended() {
    while (const auto ended = ended_child()) {
      const bool was_keeper = keepers_.erase(ended->pid) > 0;
      orphaned_ = orphaned_ || (was_keeper && (ended->by_signal || ended->status != 0));
      reap(ended->pid);
    }
  }

  // True if there are none left.
  bool end_orphans() {
    bool none = true;
    for (const pid_t pid : children()) {
      if (keepers_.count(pid) != 0) continue;
      none = false;
      ::kill(pid, SIGKILL);
    }
    if (none) orphaned_ = false;
    return none;
  }

  UniqueFd daemon_;  // none once the daemon has gone
  ChildWatch watch_;
  std::set<pid_t> keepers_;
  bool orphaned_ = false;  // a keeper died and may have left somebody
};

}  // namespace

void run_helper(UniqueFd daemon) {
  ::setsid();  // a terminal's signals are the daemon's business
  settle_in("paddock-helper", {&daemon});
  HelperProcess(std::move(daemon)).run();
  ::_exit(0);
}

}  // namespace paddock::keeper
