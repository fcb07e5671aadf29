// `paddock check`: reads a configuration as `serve` would, starts nothing.
#pragma once

#include "cli.h"
#include "paddock/config/load.h"

namespace paddock::app {

// Diagnostics go to standard error, the count to standard output. 0, or 1 if there is any error.
int check(const CheckCommand& command);

// "3 models, 1 error, no warnings".
std::string summary(const config::LoadResult& result);

}  // namespace paddock::app
