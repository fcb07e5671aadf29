// A small file as text: for what the kernel and other programs write, where a file may go while it is read.
// Any thread.
#pragma once

#include <optional>
#include <string>

namespace paddock {

// Nothing if it cannot be opened or read to its end. Never throws for that: a process in /proc may end
// between the two.
std::optional<std::string> read_text(const std::string& path);

}  // namespace paddock
