// The daemon needs more descriptors than a shell gives it; the models must not notice.
#pragma once

namespace paddock::process {

// Raises our soft RLIMIT_NOFILE to the hard one and remembers what it was: children are started with that.
// Call once, before the first Supervisor; without it children get what the daemon has. Does nothing where the
// system refuses.
void raise_file_limit();

}  // namespace paddock::process
