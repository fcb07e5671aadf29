// A cgroup v2 folder for one launch: whoever is in it dies by one write, wherever it hides. An extra: without
// one the keeper's own hunt does the same. Never fails loudly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/unique_fd.h"

namespace paddock::keeper {

class Cgroup {
 public:
  // Makes a folder named after the calling process below `parent`; none if that is empty or refuses.
  explicit Cgroup(const std::string& parent);
  // Removes it, which works only once it is empty.
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  // The open folder, for CLONE_INTO_CGROUP; -1 if there is none.
  int folder() const { return folder_.get(); }
  // Empty if there is none.
  const std::string& path() const { return path_; }
  void kill();

 private:
  std::string path_;
  UniqueFd folder_;
};

// Of a process in `own` (/proc/self/cgroup) its cgroup v2 folder by `mounts` (/proc/self/mountinfo). Pure.
std::optional<std::string> cgroup_folder(std::string_view mounts, std::string_view own);

}  // namespace paddock::keeper
