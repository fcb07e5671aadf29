// How sub-commands that read a configuration say what is wrong with it.
#pragma once

#include <ostream>

#include "check_sources.h"
#include "paddock/config/load.h"

namespace paddock::app {

// The findings and a summary, in colours if `fd`, the descriptor behind `out`, is a terminal and NO_COLOR is
// not set.
void say_findings(std::ostream& out, int fd, const ConfigChoice& choice, const config::LoadResult& result);

}  // namespace paddock::app
