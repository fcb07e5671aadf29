// LineClerk reads line by line what the pump has emptied out of pipes, on a thread of its own with a low
// priority. The pump never waits for it: of each source it keeps a backlog of kBacklogBytes, and what comes
// beyond that is dropped in whole blocks until half of it is read; a line in the log says how much.
//
// A source's blocks are read in their order, sources in turn, so that a flood of one does not hold up the
// others. Thread-safe; destruction reads what is there, for `last_words` at most, and joins the thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "fatal.h"
#include "paddock/base/clock.h"
#include "paddock/logs/hub.h"

namespace paddock::process {

inline constexpr std::size_t kBacklogBytes = 1 << 20;
// The end of a flood of logs is no reason to keep whoever waits for a shutdown.
inline constexpr Duration kLastWords = std::chrono::seconds(1);

class LineClerk {
 public:
  class Desk;  // one source
  using DeskPtr = std::shared_ptr<Desk>;

  explicit LineClerk(Duration last_words = kLastWords);
  ~LineClerk();
  LineClerk(const LineClerk&) = delete;
  LineClerk& operator=(const LineClerk&) = delete;

  // `watch` sees what is read that was printed once it was armed; may be null.
  static DeskPtr open(logs::LaunchLog log, std::shared_ptr<FatalWatch> watch);
  // The raw bytes into the model's channel at once, a copy into the backlog. One thread for each desk.
  void give(const DeskPtr& desk, std::string_view block);
  // No block will follow: a line without its end counts as one.
  void close(const DeskPtr& desk);
  // Calls `done` on the clerk's thread once all that was given is read; never if that is not to be.
  void when_read(const DeskPtr& desk, std::function<void()> done);

 private:
  struct Item;

  void put(const DeskPtr& desk, Item item);
  void put_skipped(const DeskPtr& desk);
  void queue(const DeskPtr& desk);
  void run();
  static void read(Desk& desk, Item& item);

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<DeskPtr> turns_;  // guarded by mutex_; those that have items, each once
  bool stopping_ = false;      // guarded by mutex_, like the next
  TimePoint until_ = TimePoint::max();
  const Duration last_words_;
  std::thread thread_;
};

}  // namespace paddock::process
