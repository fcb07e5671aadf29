// The daemon's own log: spdlog in front, the Hub and standard output behind.
//
// spdlog runs synchronously into the Hub, which never blocks; a thread of its own copies the `proxy` channel
// to standard output, so that a terminal or a pipe that does not read stalls nobody. It then loses lines and
// says how many bytes.
#pragma once

#include <memory>
#include <thread>

#include "paddock/logs/hub.h"

namespace paddock::logs {

enum class Level { kDebug, kInfo, kWarn, kError };

// Makes spdlog's default logger write `time level message` lines into the hub. Call before threads start;
// the hub must outlive every use of spdlog. set_own_level may be called at any time.
void install_own_log(Hub& hub, Level level);
void set_own_level(Level level);

// Copies a channel to a descriptor until destroyed; destruction writes what is left, waiting at most one
// second for a descriptor that does not take it. Owns a thread.
class Follower {
 public:
  Follower(const Channel& channel, int fd);
  ~Follower();

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::thread thread_;
};

}  // namespace paddock::logs
