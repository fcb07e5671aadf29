#include "folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

namespace paddock::app {

namespace {

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO |
                                  IN_MOVED_FROM | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

FolderWatch::FolderWatch() : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

void FolderWatch::drain() {
  char events[4096];
  while (fd_ && ::read(fd_.get(), events, sizeof events) > 0) {
  }
}

// Anew each time: a folder of the same name may be another one by now.
void FolderWatch::set(const std::set<std::string>& folders) {
  if (!fd_) return;
  for (const int watch : watches_) ::inotify_rm_watch(fd_.get(), watch);
  watches_.clear();
  for (const std::string& folder : folders) {
    const int watch = ::inotify_add_watch(fd_.get(), folder.c_str(), kEvents);
    if (watch >= 0) watches_.insert(watch);
  }
  drain();
}

}  // namespace paddock::app
