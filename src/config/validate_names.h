// The rules about peers, selectors, profiles, keys and what is loaded at start: all that says names.
#pragma once

#include <functional>
#include <vector>

#include "name_table.h"
#include "paddock/config/config.h"

namespace paddock::config {

// Whether these models may be loaded at once.
using MayRunTogether = std::function<bool(const std::vector<ModelId>&)>;

// Who may do what. Keys are secrets: messages name them by their place in the list.
Access validate_access(const Draft& draft, const NameTable& names, Report& report);
std::vector<Peer> validate_peers(const Draft& draft, Report& report);
std::vector<Selector> validate_selectors(const Draft& draft, const NameTable& names,
                                         const MayRunTogether& may_run_together, Report& report);
std::vector<Profile> validate_profiles(const Draft& draft, const NameTable& names, Report& report);
// The ids, each once. Warns of names that are no models, and, for a valid Routing, of models whose load stops
// one that was loaded before them.
std::vector<ModelId> validate_preload(const Field<TextList>& field, const NameTable& names,
                                      const Routing& routing, Report& report);

}  // namespace paddock::config
