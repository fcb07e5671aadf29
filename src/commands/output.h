// What a command writes, and to whom. Main thread, unless a function says otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paddock/client/client.h"

namespace paddock::commands {

enum class Written { kYes, kNobodyReads, kFailed };

// All of it to standard output, at once. Nothing is kept back, so that a command may be killed at any time.
Written write_out(std::string_view text);
// 0, also when nobody reads; else 1, and it says so.
int exit_code(Written written);
// The text, with a line feed behind it if it has none; the exit code.
int say(const std::string& text);

// `paddock: SENTENCE` on standard error; 1.
int fail(const std::string& sentence);
// The same about a model: `paddock: MODEL: SENTENCE`.
int fail(const std::string& model, const client::Failure& failure);
// An answer in another shape than the daemon's.
int fail_as_no_paddock(const client::Address& address);
// To standard error, as it is.
void remark(std::string_view text);

// The daemon at that address, with the key of the environment. From now on a reader that leaves is an error
// of write_out(), not a signal.
client::Client daemon_at(const client::Address& address, const client::Options& options = {});

// For commands that go on: where standard output is a pipe, the process ends with 0 when its reader leaves,
// even while there is nothing to write.
void end_with_the_reader();

// Columns of the terminal; nothing: standard output is none.
std::optional<std::size_t> terminal_width();

}  // namespace paddock::commands
