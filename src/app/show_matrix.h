// `paddock matrix`: shows which models of a configuration may run beside each other; asks no daemon.
#pragma once

#include "cli.h"

namespace paddock::app {

// The table goes to standard output, findings about the file to standard error, as with `check --print`. 0,
// or 1 if there is an error; then there is no table.
int show_matrix(const MatrixCommand& command);

}  // namespace paddock::app
