// Peers, selectors and profiles: which keys they have and of what type.
#pragma once

#include <vector>

#include "draft_names.h"
#include "reader.h"

namespace paddock::config {

void read_peers(Reader& reader, const Entry& entry, std::vector<PeerDraft>& peers);
void read_selectors(Reader& reader, const Entry& entry, std::vector<SelectorDraft>& selectors);
void read_profiles(Reader& reader, const Entry& entry, std::vector<ProfileDraft>& profiles);

}  // namespace paddock::config
