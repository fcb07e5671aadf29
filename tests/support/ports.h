#pragma once

namespace paddock::test {

// The first of some ports (at least ten) for this test's servers: below the ephemeral range, and held against
// every other test process of this machine's network until this one ends. None of them has a connection of an
// earlier test's that the kernel has not forgotten. Each call gives another number; they are handed out upwards,
// so that the ports of two calls may overlap but never begin alike. Any thread, but one at a time.
int own_ports();

}  // namespace paddock::test
