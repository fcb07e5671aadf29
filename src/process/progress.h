// Whether a start that takes long still gets on: it writes to its log, or its process moves bytes.
//
// Not whether it will ever be ready. What is counted is what the leader of the launch reads, from files or
// through maps of them; what only its children read shows when they print. Lines in which the server tells
// that we probed it are no progress: they come as long as it hangs. Any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/clock.h"
#include "paddock/process/spawn_spec.h"

namespace paddock::process {

// Where a launch stood when it was last looked at.
struct ProgressMark {
  std::uint64_t output = 0;            // offset in the model's log
  std::optional<std::uint64_t> bytes;  // moved by the leader; nothing if the kernel does not say
};

// How much new output is looked at; where there is more, what is beyond it does not matter.
inline constexpr std::size_t kProgressBytes = 64 << 10;

// Without progress for this long, a start that is over its time ends.
Duration progress_window(Duration start_timeout);

// What the kernel says that the process has read so far. Reads /proc.
std::optional<std::uint64_t> bytes_moved(pid_t pid);
// How much of its files it has read, as far as that tells: the more of what it read and what came from the
// disk.
std::optional<std::uint64_t> bytes_read(pid_t pid);
// From the text of /proc/<pid>/io.
std::optional<std::uint64_t> bytes_in(std::string_view io);
std::optional<std::uint64_t> most_in(std::string_view io);
// More than what a process that waits reads in passing.
bool moved_enough(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now);

// The path that a launch is probed at, as its server sees it; empty if it is not probed.
std::string probed_path(const SpawnSpec& spec);
// Whether a line is there that does not tell of a GET of this path.
bool says_more_than_answers(std::string_view output, std::string_view probed_path);

}  // namespace paddock::process
