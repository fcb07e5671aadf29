// `paddock fit`: of a file (fit_file.h) or of a model of a running daemon (fit_model.h).
#pragma once

#include "cli.h"

namespace paddock::app {

// Whether the target is a file: it ends in `.gguf`, or is there as one. Looks at the file system.
bool names_file(const std::string& target);

int fit(const FitCommand& command);

}  // namespace paddock::app
