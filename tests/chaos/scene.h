// The scene of the storm: eight models, which of them may run together, and the configuration that says so.
// Plain values.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace paddock::chaos {

// By their ids; which may run together: scene.cpp.
const std::vector<std::string>& models();

// True if these may live at the same time.
bool may_live_together(const std::set<std::string>& ids);

// One way to write the configuration. All ways have the same rules for who may run together.
struct Wording {
  int ttl = 1;             // of one model
  bool alias = true;       // "first" is model a
  bool extra = false;      // a ninth model, x, which runs alone
  bool without_h = false;  // model h is not there
  int log_line = 0;        // an argument in the command of model b
};

// `first_lines` come at the top as they are; `lives` and `moods` are folders, see weather.h.
std::string configuration(const std::string& first_lines, const std::string& lives, const std::string& moods,
                          const Wording& wording);

}  // namespace paddock::chaos
