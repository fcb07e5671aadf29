// `***` for the values of a view whose dotted paths are secret. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace paddock::app {

// The paths are those of the file, `models.a.name`; entries of lists are `.0` or `[0]` behind the list's. A
// secret entry hides all of its list, because the view may have fewer entries or another order. Paths of the
// legacy `matrix` and `groups` mean what became of them.
void mask_paths(nlohmann::ordered_json& root, const std::vector<std::string>& secret_paths);

}  // namespace paddock::app
