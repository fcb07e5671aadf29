// Programs that only start another one, with the words behind them. Pure; any thread.
#pragma once

#include "surroundings.h"

namespace paddock::engine {

// Takes one such program with its own options off the front, and changes `around` as it does: `env`,
// `taskset`, `numactl` and their like, and `docker run`. False: there is none in front.
bool unwrap(Words& words, Surroundings& around);

// `docker run`, `podman run`, `docker exec`: what is left is what runs inside. In wrappers_container.cpp.
bool unwrap_container(Words& words, Surroundings& around);

}  // namespace paddock::engine
