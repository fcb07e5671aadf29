#include "keep.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "cgroup.h"
#include "children.h"
#include "leader.h"
#include "record.h"
#include "wire.h"

namespace paddock::keeper {

namespace {

class KeeperProcess {
 public:
  KeeperProcess(UniqueFd daemon, std::pair<Order, Places> order)
      : daemon_(std::move(daemon)),
        order_(std::move(order.first)),
        cgroup_(std::in_place, order.second.cgroups),
        record_(std::in_place, order.second.records) {}

  void run(UniqueFd output) {
    const StartedLeader started = start_leader(order_, std::move(output), cgroup_->folder());
    if (started.pid < 0) {
      tell({started.system ? Word::kNoSystem : Word::kNotStarted, started.error});
      return;
    }
    leader_ = started.pid;
    record_->write(order_.name, leader_, cgroup_->path());
    tell_started();
    while (!is_over()) turn();
    cgroup_.reset();
    record_.reset();
    tell({Word::kGone, 0});
  }

 private:
  bool is_over() const { return (ending_ || asked_) && leader_ < 0 && !has_children(); }

  void turn() {
    if (ending_) end_all();
    if (watch_.wait(daemon_, ending_)) obey();
    reap_ended();
  }

  void obey() {
    int word = 0;
    const Received received = receive_bytes(daemon_.get(), &word, sizeof word);
    if (received.state == Received::State::kNothingYet) return;
    if (received.state == Received::State::kOver) daemon_.reset();  // it has died, or wants us to
    if (!daemon_ || word == kEnd) {
      ending_ = true;
    } else {
      signal(word);
    }
  }

  void signal(int number) {
    if (leader_ > 0) ::kill(-leader_, number);
    if (!order_.detached) return;
    for (const pid_t pid : children()) {  // what its leader left, or will leave
      if (pid != leader_) ::kill(pid, number);
    }
    asked_ = asked_ || number == SIGTERM;
  }

  void reap_ended() {
    while (const auto ended = ended_child()) {
      if (ended->pid != leader_) {
        reap(ended->pid);
        continue;
      }
      // Before it is reaped: its group's number is its own until then.
      if (!order_.detached) ::kill(-leader_, SIGKILL);
      reap(ended->pid);
      leader_ = -1;
      ending_ = ending_ || !order_.detached;
      tell({ended->by_signal ? Word::kEndedSignal : Word::kEndedCode, ended->status});
    }
  }

  void end_all() {
    cgroup_->kill();
    if (leader_ > 0) ::kill(-leader_, SIGKILL);
    for (const pid_t pid : children()) ::kill(pid, SIGKILL);
  }

  void tell_started() {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, leader_, 0)));
    tell({Word::kStarted, leader_}, pidfd ? std::vector{pidfd.get()} : std::vector<int>());
  }

  void tell(const Message& message, const std::vector<int>& descriptors = {}) {
    if (daemon_) send_bytes(daemon_.get(), &message, sizeof message, descriptors);
  }

  UniqueFd daemon_;  // none once the daemon has let go
  const Order order_;
  ChildWatch watch_;
  std::optional<Cgroup> cgroup_;
  std::optional<Record> record_;
  pid_t leader_ = -1;   // none once it is reaped
  bool asked_ = false;  // to end, if it is detached
  bool ending_ = false;
};

}  // namespace

void run_keeper(UniqueFd daemon, UniqueFd order, UniqueFd output) {
  auto unpacked = unpack(order.get());
  if (!unpacked || unpacked->first.argv.empty()) {
    const Message refused{Word::kNoSystem, EBADMSG};
    send_bytes(daemon.get(), &refused, sizeof refused);
    ::_exit(0);
  }
  order.reset();
  KeeperProcess(std::move(daemon), std::move(*unpacked)).run(std::move(output));
  ::_exit(0);
}

}  // namespace paddock::keeper
