// The program: reads the command line, wires the modules, runs until told to stop.
#pragma once

namespace paddock::app {

// Everything that `main` does. Returns the exit code: 0 clean, 1 could not start, 2 bad command line.
int run(int argc, char** argv);

}  // namespace paddock::app
