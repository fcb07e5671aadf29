// The kernel's own list of listening TCP sockets, asked by netlink: some ten microseconds, where reading
// /proc/net/tcp walks through the table of all connections, empty or not (ten milliseconds on a large
// machine). Never blocks. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "port/proc_text.h"

namespace paddock::process {

// Of this process's network namespace, IPv4 and IPv6. Nothing where the kernel does not answer: it can be
// built without this, and sandboxes forbid it.
std::optional<std::vector<ListeningSocket>> diag_listening();

}  // namespace paddock::process
