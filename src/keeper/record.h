// The trace of one launch on disk, so that a later daemon finds what an earlier one left (state.h). Written
// by the launch's keeper, taken away at its end; best effort.
//
// Lines: `boot ID`, `session PID`, `keeper PID STARTED`, `leader PID STARTED`, `cgroup PATH`, `name MODEL`.
// STARTED is in clock ticks since the boot and tells a process from a later one with its number.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paddock::keeper {

struct Trace {
  std::string boot;
  pid_t session = 0;  // of the leader, as it was started
  pid_t keeper = 0;
  std::uint64_t keeper_started = 0;
  pid_t leader = 0;
  std::uint64_t leader_started = 0;
  std::string cgroup;  // empty if it had none
  std::string name;
  friend bool operator==(const Trace&, const Trace&) = default;
};

std::string format(const Trace& trace);
// Nothing for what is not such a text. Pure; the text may be anything.
std::optional<Trace> parse_trace(std::string_view text);

class Record {
 public:
  // In `folder`, if that is not empty; named after the calling process.
  explicit Record(const std::string& folder);
  ~Record();
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  void write(const std::string& name, pid_t leader, const std::string& cgroup);

 private:
  std::string path_;
};

}  // namespace paddock::keeper
