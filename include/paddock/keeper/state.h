// State: the folder in which launches leave their traces while they live, and what follows when a daemon
// finds some at its start: it adopts nothing and ends what is still there.
//
// One daemon uses a folder at a time; the lock ends with the process. Not the store of logs or figures. Used
// once, at the start, from the main thread; sweep() may take a few seconds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

// $STATE_DIRECTORY (its first entry, as systemd gives it), else /var/lib/paddock as root, else
// $XDG_STATE_HOME/paddock, else ~/.local/state/paddock. Empty if none of them is known.
std::string default_state_folder(const std::function<std::optional<std::string>(const char*)>& environment,
                                 bool is_root);

class State {
 public:
  // Makes the folder if need be and locks it. The error is a sentence.
  static Result<State, std::string> open(const std::string& folder);

  // For Places.
  std::string records() const { return folder_ + "/launches"; }
  // For footprints/footprints.h.
  std::string footprints() const { return folder_ + "/footprints.db"; }
  // Ends what an earlier daemon left behind and forgets all traces. A sentence for each launch that still
  // lived.
  std::vector<std::string> sweep();

 private:
  State(std::string folder, UniqueFd lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string folder_;
  UniqueFd lock_;
};

// The cgroup v2 folder of this process if launches can have groups of their own in it; otherwise empty.
std::string usable_cgroups();

}  // namespace paddock::keeper
