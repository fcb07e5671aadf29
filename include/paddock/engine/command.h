// Command: what an engine is told in the end, of the command that starts it. People start engines through
// `sh -c '...'`, scripts, `env`, `taskset`, `numactl` or `docker run`, and llama-server takes most of its
// options from variables, too. Who wants to know what was asked of an engine asks here.
//
// Not a shell: nothing is run, and of a script only commands, variables, arrays and `cd` count, each branch
// of an `if` as if it were taken. Of several commands the one that looks most like an engine is meant, of
// equals the last. What cannot be known (`$(...)`) stands as it is written. Everything is bounded, whatever
// the text. Pure but for the reader of scripts; any thread. To add a program that only starts another: a row
// in wrappers.cpp; a variable of llama-server: one in variables.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::engine {

// A folder or file of this machine, and what a container calls it.
struct Mount {
  std::string here, there;

  friend bool operator==(const Mount&, const Mount&) = default;
};

struct Command {
  // The engine, then what its variables stand for, as flags, then its arguments: the last one counts.
  std::vector<std::string> words;
  std::vector<std::string> environment;  // of the engine: `NAME=value`, each name once, by name
  // What may name a file of this machine, in the whole command, the scripts and the variables; the first
  // program is not among them. Paths behind flags for files that engines write are not either.
  std::vector<std::string> mentioned;
  std::string folder;         // where the engine is started; empty: where the daemon was
  std::vector<Mount> mounts;  // of its container
  bool is_contained = false;  // it may count the cards that its container gets, not the machine's

  // Where on this machine the engine finds what it calls so.
  std::string path_of(std::string_view name) const;
};

// The text of a shell script; nothing for any other file.
using ReadScript = std::function<std::optional<std::string>(const std::string& path)>;

// `environment` is that of the first program; of one name the last counts. Without `read_script` no file is
// looked at.
Command read_command(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                     const ReadScript& read_script = nullptr);

// A ReadScript: regular files that begin with `#!` and a shell or are called `.sh`, their first 64 KiB. May
// be slow or hang with the file system.
std::optional<std::string> script_at(const std::string& path);

}  // namespace paddock::engine
