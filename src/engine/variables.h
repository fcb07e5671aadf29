// The variables that llama-server takes options from. Pure; any thread.
#pragma once

#include "surroundings.h"

namespace paddock::engine {

// The flags that say the same, as far as paddock looks at them.
Words flags_of(const Environment& environment);

}  // namespace paddock::engine
