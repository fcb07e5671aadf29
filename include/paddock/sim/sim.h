// sim-server: an OpenAI-compatible model server that has no model, for the demo and for trying a
// configuration without a GPU. It says in every answer that it is a simulation. Not a test upstream: tests
// use tests/fake_upstream, which can misbehave.
#pragma once

namespace paddock::sim {

// Serves until SIGTERM or SIGINT; arguments without the program and the sub-command. Returns the exit code.
int run(int argc, char** argv);

}  // namespace paddock::sim
