// Which configuration counts when the command line names none: the first of the usual places where there is
// one.
//
// A place where something is that cannot be read counts too: its reader says so, instead of taking another
// file in silence. Any thread.
#pragma once

#include <string>
#include <vector>

namespace paddock::app {

// In their order: an image's, the machine's, the user's, this folder's. `xdg_config_home` and `home` are the
// variables of those names, null where there is none; what is not absolute counts as none.
std::vector<std::string> usual_places(const char* xdg_config_home, const char* home);

// The first of them that exists; empty if none does.
std::string first_there(const std::vector<std::string>& places);

// Those of this process' environment, by the file system as it is now.
std::string find_config();

}  // namespace paddock::app
