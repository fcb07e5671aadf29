// Which parts of a command or an environment are secrets by their names, and `***` instead of them. For what
// is shown to people, never for what is run. Pure; any thread.
//
// Secret are the value of an environment variable whose name holds KEY, TOKEN, SECRET or PASS in any case,
// and the value of a flag that ends in such a word: `--api-key x`, `--hf-token=x`, but not `--api-key-file
// x`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paddock::app {

inline constexpr std::string_view kMask = "***";

// `NAME=value` of an environment.
std::string mask_env(std::string_view entry);

// A command's words; as many come back.
std::vector<std::string> mask_words(const std::vector<std::string>& words);

// The text of a command. It stays as it is when nothing in it is secret; else it is its words, joined again.
std::string mask_command(const std::string& text);

}  // namespace paddock::app
