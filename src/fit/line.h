// One line of an engine's output without what stands before its message: colours, the port of a router's
// child, the time since the start, a level, a logger's name. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paddock::fit {

// Longer lines are read as far as this; what tells of memory is short.
inline constexpr std::size_t kLineBytes = 4096;

struct Line {
  std::string text{};     // the message
  std::string rank{};     // vLLM: who of its processes says it, "Worker_TP1 pid=205"
  bool is_debug = false;  // llama.cpp's D: of a dry run, which allocates nothing
};

Line normalised(std::string_view raw);

// As a person saw it: without colours and control bytes, cut at 400 bytes.
std::string as_printed(std::string_view raw);

}  // namespace paddock::fit
