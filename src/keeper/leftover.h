// What an earlier daemon left: found by its traces, ended, waited for.
#pragma once

#include <string>
#include <vector>

#include "record.h"

namespace paddock::keeper {

// Keepers that still live know that their daemon has gone and end their launches: they are given a moment.
// Then what still lives is killed: the leaders with their groups, and all in their cgroups. A number that was
// given away since is known by its start time and left alone; traces of another boot are ignored. Waits until
// they have ended, for a few seconds at most. A sentence for each launch of which something lived.
std::vector<std::string> end_leftovers(std::vector<Trace> traces);

}  // namespace paddock::keeper
