// From a model's `proxy` URL to the parts that are needed to talk to it. Pure; any thread.
#pragma once

#include <string_view>

#include "paddock/process/spawn_spec.h"

namespace paddock::app {

// `http://HOST[:PORT][/BASE]`; the port is `usual` when there is none. The configuration was validated, so
// what does not look like that gives an endpoint that cannot be connected to, not an error.
process::Endpoint split_url(std::string_view url, int usual = 80);

}  // namespace paddock::app
