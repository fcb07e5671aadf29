// What people may see of words that may hold a secret: `***` in its place. Pure functions, any thread.
//
// The rules are about names only. Secret are the value of a variable whose name holds KEY, TOKEN, SECRET or
// PASS in any case, in an environment or inside a command (`-e NAME=value`), and the value of a flag that
// ends in such a word: `--api-key x`, `--hf-token=x`, but not `--api-key-file x`. A word with blanks is
// looked through as a command of its own (`sh -c '...'`). Masking twice changes nothing more. What came from
// `${env.*}` is masked while the file is read: see PortText.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paddock::config {

inline constexpr std::string_view kMask = "***";

// `NAME=value`; anything else and an empty value are left as they are.
std::string mask_env(std::string_view entry);

std::vector<std::string> mask_words(std::vector<std::string> words);

// A command as written, quotes and lines kept outside of what is masked. One whose quotes are never closed is
// masked whole.
std::string mask_command(std::string_view text);

}  // namespace paddock::config
