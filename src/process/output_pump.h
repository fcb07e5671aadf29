// OutputPump copies what all children print into their logs, on one thread of its own that does nothing but
// empty pipes; a LineClerk reads lines out of it afterwards, as far as it keeps up.
//
// A pipe that floods is read by the clock (PipePace), for which it is made as large as the kernel allows.
// It never waits for a reader of a log and nobody waits for it: a flood costs these threads' time only. A
// pipe is let go at its end, or a moment after its launch ended if a process that outlived the launch still
// holds it open. Thread-safe; destruction takes over what the pipes still hold and joins the thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "fatal.h"
#include "line_clerk.h"
#include "paddock/base/clock.h"
#include "paddock/base/unique_fd.h"
#include "paddock/logs/hub.h"
#include "pipe_pace.h"

namespace paddock::process {

class OutputPump {
 public:
  using Key = std::uint64_t;

  OutputPump();
  ~OutputPump();
  OutputPump(const OutputPump&) = delete;
  OutputPump& operator=(const OutputPump&) = delete;

  // `pipe` is non-blocking. Keys are the caller's and never come twice.
  // `watch` sees what is printed; may be null.
  void add(Key key, UniqueFd pipe, logs::LaunchLog log, std::shared_ptr<FatalWatch> watch = nullptr);
  // The launch has ended: once everything printed up to now is in the log, bytes and lines, `done` is called
  // on the clerk's thread.
  void collect(Key key, std::function<void()> done);

 private:
  struct Source {
    UniqueFd pipe;
    LineClerk::DeskPtr desk;
    std::size_t capacity;  // of the pipe, bytes
    PipePace pace;
    std::optional<TimePoint> nap_ends;  // read then, and not on a wake-up
    std::optional<TimePoint> let_go;
  };
  struct Order {
    Key key;
    std::unique_ptr<Source> source;  // a new one, or
    std::function<void()> done;      // a collection
  };

  void run();
  void submit(Order order);
  void obey(Order order);
  void read_woken(Key key);
  void read_napping();
  std::optional<std::size_t> drain(Source& source, std::size_t limit);
  void drop(Key key);
  void drop_overdue(TimePoint now);
  std::optional<Duration> longest_wait(TimePoint now) const;

  UniqueFd epoll_;
  UniqueFd bell_;
  std::mutex mutex_;
  std::vector<Order> orders_;                       // guarded by mutex_
  bool stopping_ = false;                           // guarded by mutex_
  std::map<Key, std::unique_ptr<Source>> sources_;  // the pump's thread only
  // Of pipes at their end, as long as lines are left to read. The pump's thread only.
  std::map<Key, std::weak_ptr<LineClerk::Desk>> ended_;
  std::vector<char> buffer_;  // the pump's thread only
  LineClerk clerk_;
  std::thread thread_;
};

}  // namespace paddock::process
