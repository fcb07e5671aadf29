// The texts of /proc that tell who listens where, as the kernel writes them. What does not look like that is
// skipped or gives nothing; nothing is assumed of other fields. Pure functions, any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "port/ip_address.h"

namespace paddock::process {

using Inode = std::uint64_t;

struct ListeningSocket {
  IpAddress address{};
  int port = 0;
  Inode inode = 0;  // never 0

  friend bool operator==(const ListeningSocket&, const ListeningSocket&) = default;
};

// /proc/net/tcp or /proc/net/tcp6, or as much of one as was read: its sockets in state LISTEN.
std::vector<ListeningSocket> parse_listening(std::string_view table);

// What a descriptor in /proc/PID/fd points to: `socket:[123]`.
std::optional<Inode> parse_socket_link(std::string_view target);

// Numbers between blanks, as in /proc/PID/task/TID/children; up to the first that is none.
std::vector<pid_t> parse_pids(std::string_view text);

// utime, stime, cutime and cstime of /proc/PID/stat together; 0 for what does not look like that.
std::uint64_t parse_cpu_ticks(std::string_view stat);

}  // namespace paddock::process
