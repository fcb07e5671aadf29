// How a command line in the file becomes words: a POSIX-like split without a shell.
//
// Rules (llama-swap's, so that its files mean the same here): lines whose trimmed text starts with `#` are
// dropped; a trimmed line that ends in a backslash goes on in the next; words are separated by blank, tab
// and LF; '...' is literal; in "..." a backslash escapes only $ ` " \ and newline; elsewhere it escapes any
// byte; adjacent parts join; "" is an empty word. No variables, globs, pipes or redirections.
// An unterminated quote is an error here (llama-swap closes it silently).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::config {

struct CommandError {
  std::size_t offset = 0;  // byte in the text where the trouble starts
  std::string message;
};

Result<std::vector<std::string>, CommandError> split_command(std::string_view text);

}  // namespace paddock::config
