// `paddock` without a sub-command: loads the configuration and runs the daemon until it is told to stop.
#pragma once

#include "cli.h"

namespace paddock::app {

// 0 after a clean shutdown, 1 if it could not start.
int serve(const ServeCommand& command);

}  // namespace paddock::app
