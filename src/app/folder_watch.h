// FolderWatch tells that something happened in one of some folders, where the kernel says so (inotify). It is
// a hint and no proof: changes on network file systems and behind bind mounts may pass unseen, and what is
// told may concern other files. One thread.
#pragma once

#include <set>
#include <string>

#include "paddock/base/unique_fd.h"

namespace paddock::app {

class FolderWatch {
 public:
  // Without inotify it never tells anything.
  FolderWatch();

  // Polls readable when something happened; -1 if nothing ever will be told.
  int fd() const { return fd_.get(); }
  // Forgets what was told.
  void drain();
  // From here on these are the folders; those that cannot be watched are left out.
  void set(const std::set<std::string>& folders);

 private:
  UniqueFd fd_;
  std::set<int> watches_;
};

}  // namespace paddock::app
