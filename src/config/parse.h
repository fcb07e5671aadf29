// Tree -> Draft: which keys there are and of what type. Macros are expanded in the values of the keys that
// are used, and only there. Rules about values are validate.h's.
#pragma once

#include "draft.h"
#include "macros.h"
#include "yaml_tree.h"

namespace paddock::config {

// Reports unknown keys, keys not used yet and values of the wrong type.
Draft parse(const Document& document, Loading& loading);

// One entry under `models`.
ModelDraft parse_model(const Entry& entry, const Macros& globals, Loading& loading);

class Reader;

// `groups`, `matrix` and `routing`.
RoutingDraft parse_routing(const Node& root, Reader& reader);

// The value of one key of a mapping; null if it is not there.
const Node* find_value(const Node& mapping, std::string_view key);

}  // namespace paddock::config
