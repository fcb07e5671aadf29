#include "peers.h"

#include <utility>

namespace paddock::http {

Peers::Peers(const std::vector<PeerOptions>& peers) {
  for (const PeerOptions& peer : peers) {
    auto upstream = std::make_shared<router::Upstream>(ModelId(peer.id), Generation{}, peer.host, peer.port,
                                                       peer.host, peer.base_path, UniqueFd());
    if (peer.tls) upstream->use_tls();
    by_id_.try_emplace(peer.id, PeerServer{std::move(upstream), peer.api_key, peer.forward_auth});
  }
}

const PeerServer* Peers::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace paddock::http
