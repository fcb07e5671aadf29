// The words of a command and where in its text each is written. Pure functions; the rules are command.h's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/config/command.h"

namespace paddock::config {

struct CommandWord {
  std::string text;       // without its quotes
  std::size_t begin = 0;  // bytes [begin, end) of the command, quotes and escapes included
  std::size_t end = 0;
};

Result<std::vector<CommandWord>, CommandError> locate_words(std::string_view text);

}  // namespace paddock::config
