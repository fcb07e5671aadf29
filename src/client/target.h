// What is asked for, as it stands in a request line. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "paddock/client/client.h"

namespace paddock::client {

// Every byte but letters, digits and `-._~` becomes %XX: ids have slashes, blanks and ampersands.
std::string encoded(std::string_view text);

// `path?name=value&...`; the path alone when nothing is asked.
std::string target_of(const std::string& path, const Query& query);

}  // namespace paddock::client
