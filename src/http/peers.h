// Peers: the other servers of the configuration, as upstreams. They are neither started nor swapped nor
// waited for: a request for one of their models goes there at once.
//
// One per configuration, so that connections to a peer that a reload changed are not used again. Immutable
// but for the upstreams' own atomics; any thread.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "paddock/http/server.h"
#include "paddock/router/lease.h"

namespace paddock::http {

struct PeerServer {
  std::shared_ptr<router::Upstream> upstream;
  std::string api_key;        // empty: none
  bool forward_auth = false;  // the client's own credentials go on
};

class Peers {
 public:
  explicit Peers(const std::vector<PeerOptions>& peers);

  // Null if there is none. Lives as long as this.
  const PeerServer* find(const std::string& id) const;

 private:
  std::unordered_map<std::string, PeerServer> by_id_;
};

}  // namespace paddock::http
