// What process 1 of a container owes the others: it inherits every process whose parent has ended (of a
// `docker exec`, for example) and has to reap it, or the table of processes fills with the dead.
//
// The daemon itself waits for none but its own, so as process 1 it has another process stand before it. No
// init program is needed in an image, and none is in the way.
#pragma once

#include <functional>

namespace paddock::app {

// Runs `daemon` and returns what it returned. As process 1 that happens in a child, in a process group of its
// own, and the caller hands on SIGTERM, SIGINT, SIGHUP and SIGQUIT to it, once each, and reaps all that comes
// its way until it ends. Both processes return: the child with the daemon's result, the caller with the
// child's exit code, or 128 and the signal that killed it. Before there is a second thread.
int run_as_process_one(const std::function<int()>& daemon);

// The same for a caller that is known to inherit orphans: process 1 or a child subreaper.
int run_and_reap(const std::function<int()>& daemon);

}  // namespace paddock::app
