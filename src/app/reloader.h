// Reloader reads the configuration again: when it is asked to, and with `watch` when the files have changed.
// It has a thread of its own, because files may lie where reading takes long; it decides nothing about what
// it has read.
//
// Changes are seen by a look at the files every two seconds, sooner where the kernel tells of them. Files
// that change at the moment are left to settle; one that is missing or empty gets longer to come back.
// What is asked is done in its order, one after the other, and nothing of it is dropped.
// Destroying it waits for the reading at hand and forgets the rest.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "check_sources.h"
#include "folder_watch.h"
#include "paddock/base/unique_fd.h"
#include "source_state.h"

namespace paddock::app {

class Reloader {
 public:
  // On the reloader's thread. `reason` is a word for the log: `SIGHUP`, `request`, `file changed`.
  using Loaded = std::function<void(config::LoadResult result, const std::string& reason)>;

  struct Options {
    ConfigChoice choice;
    bool watch = false;
    SourceState known;  // from before the files were read; what differs from it has changed
    std::chrono::milliseconds every{2000};      // between two looks
    std::chrono::milliseconds settle{200};      // without a change before it is read
    std::chrono::milliseconds come_back{2000};  // for a file that is missing or empty
  };

  Reloader(Options options, Loaded on_change);
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Thread-safe. Reads at once and tells `loaded`; files that change at that moment, are missing or empty get
  // `settle` to become whole.
  void load(std::string reason, Loaded loaded);
  // Thread-safe. Does something else there that may take long.
  void run(std::function<void()> job);

 private:
  void live();
  bool wait(std::chrono::milliseconds limit);
  void do_jobs();
  void look();
  bool await_settled();
  void read(const std::string& reason, const Loaded& loaded);

  const Options options_;
  const Loaded on_change_;
  const UniqueFd bell_;
  FolderWatch folders_;  // the thread's
  SourceState known_;    // the thread's: how the files were when they were last read
  std::mutex mutex_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool stopping_ = false;                   // guarded by mutex_
  std::thread thread_;
};

}  // namespace paddock::app
