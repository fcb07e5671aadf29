// The daemon's own log: spdlog in front, the Hub and standard output behind.
//
// spdlog runs synchronously into the Hub, which never blocks; a thread of its own copies the `proxy` channel
// to standard output, so that a terminal or a pipe that does not read stalls nobody. It then loses lines and
// says how many bytes.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "paddock/logs/hub.h"
#include "paddock/logs/line.h"

namespace paddock::logs {

// Makes spdlog's default logger write `time level message` lines into the hub. Call before threads start;
// the hub must outlive every use of spdlog. set_own_level may be called at any time.
// set_own_time_format: the time in front of each line from now on is one of time_format.h's; an empty name
// brings back `2026-01-31 12:00:00.000`.
// Messages may carry strangers' text: control bytes are made printable, and what follows a newline becomes a
// line of its own that is indented where others have the time, so that nobody can forge an entry.
void install_own_log(Hub& hub, Level level);
void set_own_level(Level level);
void set_own_time_format(const std::string& name);

// Copies a channel to a descriptor, from its oldest byte on or from now on, until destroyed; destruction
// writes what is left, waiting at most one second for a descriptor that does not take it. Owns a thread, not
// the descriptor.
//
// The descriptor may be shared with other programs, so it is not made non-blocking: the thread polls it and
// writes at most PIPE_BUF bytes at a time. Should such a write block all the same (another writer was faster,
// or a terminal is stopped), the thread is left behind after that second; it touches nothing but the
// descriptor and memory of its own, and ends when the write does. A broken descriptor ends the copying.
enum class From { kOldest, kNow };

class Follower {
 public:
  Follower(const Channel& channel, int fd, From from = From::kOldest);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread, which may stay behind
  std::thread thread_;
};

}  // namespace paddock::logs
