// What a program that the daemon starts finds in its environment. Any thread, as nobody changes the daemon's.
#pragma once

#include <string>
#include <vector>

namespace paddock {

// `NAME=value`: the daemon's less PADDOCK_*, and `own` on top, of equal names the last.
std::vector<std::string> child_environment(const std::vector<std::string>& own);

}  // namespace paddock
