// Who sends signals, only to processes that entered themselves as ours and to their keepers.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "paddock/base/process_facts.h"
#include "paddock/base/unique_fd.h"
#include "tests/chaos/storm.h"
#include "tests/support/lives.h"

namespace paddock::chaos {
namespace {

// One process and no other, even if its number is given away meanwhile.
class Target {
 public:
  explicit Target(pid_t pid) : handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  // Asked after the handle is there, the answer is about the process behind it.
  bool is(const test::Life& life) const { return handle_ && test::is_alive(life); }
  void signal(int number) const { ::syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0); }

 private:
  UniqueFd handle_;
};

class Killer {
 public:
  Killer(Storm& storm, unsigned seed) : storm_(storm), dice_(seed) {}

  void run() {
    while (!storm_.over()) {
      storm_.pause(Millis(30 + dice_.roll(250)));
      const auto alive = storm_.lives().alive();
      if (alive.empty()) continue;
      const test::Life& life = alive[static_cast<std::size_t>(dice_.roll(static_cast<int>(alive.size())))];
      const Target target(life.pid);
      if (target.is(life)) act(life, target);
    }
  }

 private:
  void act(const test::Life& life, const Target& target) {
    const int choice = dice_.roll(20);
    if (choice == 0) return kill_keeper(life, target);
    if (choice < 6) return hold(target);
    target.signal(SIGKILL);
    storm_.count("killed");
  }

  void kill_keeper(const test::Life& life, const Target& target) {
    const auto child = test::facts_of(life.pid);
    if (!child) return;
    const Target keeper(child->parent);
    const auto facts = test::facts_of(child->parent);
    // The parent of a live process of ours is the one that its handle names.
    if (!facts || facts->name != "paddock-keeper" || !target.is(life)) return;
    keeper.signal(SIGKILL);
    storm_.count("keeper killed");
  }

  // Whoever is held answers nothing and hears no SIGTERM.
  void hold(const Target& target) {
    target.signal(SIGSTOP);
    storm_.pause(Millis(50 + dice_.roll(300)));
    target.signal(SIGCONT);
    storm_.count("held");
  }

  Storm& storm_;
  Dice dice_;
};

}  // namespace

void run_killer(Storm& storm, unsigned seed) { Killer(storm, seed).run(); }

}  // namespace paddock::chaos
