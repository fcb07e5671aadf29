// `paddock check`: reads a configuration as `serve` would and looks whether its commands fit this machine;
// starts nothing.
#pragma once

#include "cli.h"

namespace paddock::app {

// Findings and a summary go to standard output. With --print the configuration goes there instead, so that it
// can be kept in a file, and the findings to standard error. 0, or 1 if there is any error (strict: or
// warning).
int check(const CheckCommand& command);

}  // namespace paddock::app
