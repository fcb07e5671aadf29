// What people may see of words that may hold a secret: `***` in its place. Pure functions, any thread.
//
// The rules are about names only: the value of an environment entry whose name holds KEY, TOKEN, SECRET or
// PASS in any case, and the word after `--api-key`, or the rest of `--api-key=...`. Masking twice changes
// nothing more. What came from `${env.*}` is masked while the file is read: see PortText.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paddock::config {

inline constexpr std::string_view kMask = "***";

// `NAME=value`; anything else and an empty value are left as they are.
std::string mask_env(std::string_view entry);

std::vector<std::string> mask_words(std::vector<std::string> words);

// A command as written, quotes and lines kept. One whose quotes are never closed is masked from the first
// `--api-key` on.
std::string mask_command(std::string_view text);

}  // namespace paddock::config
