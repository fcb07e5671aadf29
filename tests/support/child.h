// Child: a program started by a test, its output kept. Killed and reaped when the object goes.
// One thread owns it; output() may be called from any.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "paddock/base/unique_fd.h"
#include "tests/support/wait.h"

namespace paddock::test {

class Child {
 public:
  // `env`: NAME=value on top of ours. stdin is null; stdout and stderr are kept together.
  explicit Child(const std::vector<std::string>& argv, const std::vector<std::string>& env = {});
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // The status of waitpid once it has ended; nothing when the time is over. May be asked again.
  std::optional<int> wait(Millis time = kPatience);
  std::string output() const;

 private:
  void pump();

  pid_t pid_ = -1;
  std::optional<int> status_;
  UniqueFd pipe_;
  mutable std::mutex mutex_;
  std::string output_;  // guarded by mutex_
  std::thread pump_;
};

// True while a process of that pid exists and is not a zombie.
bool alive(pid_t pid);

}  // namespace paddock::test
