// Where launches leave their traces, and the end of what an earlier daemon left.
#pragma once

#include <optional>
#include <string>

#include "paddock/config/config.h"
#include "paddock/keeper/keeper.h"
#include "paddock/keeper/state.h"

namespace paddock::app {

// Where the daemon keeps what outlives it, if it can.
std::string state_folder(const config::Config& config);

// Tells the helper its places, ends leftovers and logs what it found. None where there is no folder to use:
// then launches are contained all the same, but a later start will not know of them.
std::optional<keeper::State> contain(keeper::Helper& helper, const config::Config& config);

}  // namespace paddock::app
