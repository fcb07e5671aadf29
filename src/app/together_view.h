// Who may run beside whom, as JSON. Pure; any thread.
#pragma once

#include <string>

#include "together.h"

namespace paddock::app {

// The JSON of GET /api/matrix: the models in their order, each with those that may run beside it.
std::string together_json(const Together& together);

}  // namespace paddock::app
