#include "helper.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

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
    if (pid > 0) return void(keepers_.emplace(pid, std::move(socket)));
    const Message refused{Word::kNoSystem, errno};
    send_bytes(socket.get(), &refused, sizeof refused);
  }

  [[noreturn]] void become_keeper(UniqueFd socket, UniqueFd order, UniqueFd output) {
    settle_in("paddock-keeper", {&socket, &order, &output});
    run_keeper(std::move(socket), std::move(order), std::move(output));
  }

  void reap_ended() {
    while (const auto ended = ended_child()) {
      auto keeper = keepers_.extract(ended->pid);
      if (keeper && (ended->by_signal || ended->status != 0)) {
        orphaned_ = true;
        silenced_.push_back(std::move(keeper.mapped()));
      }
      reap(ended->pid);
    }
  }

  // In the words of the keepers that died, as nobody else can tell.
  void tell_gone() {
    for (const UniqueFd& daemon : std::exchange(silenced_, {})) {
      for (const Message message : {Message{Word::kEndedSignal, SIGKILL}, Message{Word::kGone, 0}})
        send_bytes(daemon.get(), &message, sizeof message);
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
    if (!none) return false;
    orphaned_ = false;
    tell_gone();
    return true;
  }

  UniqueFd daemon_;  // none once the daemon has gone
  ChildWatch watch_;
  std::map<pid_t, UniqueFd> keepers_;  // each with its socket to the daemon
  bool orphaned_ = false;              // a keeper died and may have left somebody
  std::vector<UniqueFd> silenced_;     // the sockets of those
};

}  // namespace

void run_helper(UniqueFd daemon) {
  ::setsid();  // a terminal's signals are the daemon's business
  settle_in("paddock-helper", {&daemon});
  HelperProcess(std::move(daemon)).run();
  ::_exit(0);
}

}  // namespace paddock::keeper
