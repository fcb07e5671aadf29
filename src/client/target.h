// What is asked for, as it stands in a request line. Pure; any thread.
#pragma once

#include <string>

#include "paddock/client/client.h"

namespace paddock::client {

// `path?name=value&...`; the path alone when nothing is asked.
std::string target_of(const std::string& path, const Query& query);

}  // namespace paddock::client
