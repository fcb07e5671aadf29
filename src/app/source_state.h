// What the files of a configuration look like from outside: enough to see that they have changed, without
// reading them. Symbolic links are followed, so a link that leads elsewhere is a change, and a bind mount
// shows what is behind it. Any thread.
#pragma once

#include <set>
#include <string>

#include "check_sources.h"

namespace paddock::app {

struct SourceState {
  std::string text;               // differs when anything differs; for comparing only
  bool unfinished = false;        // a file is missing or empty: somebody may be about to write it
  std::set<std::string> folders;  // in which a change would happen

  friend bool operator==(const SourceState& left, const SourceState& right) {
    return left.text == right.text;
  }
};

SourceState look_at(const ConfigChoice& choice);

}  // namespace paddock::app
