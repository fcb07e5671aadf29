// Who may send a request: pure decisions, before anything else of the request is looked at.
//
// In this order: a web page of somewhere else may change nothing, with a key or without; then the key and its
// role or, where there are no keys, the Host. docs/security.md says why.
// Pure functions; any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "head_fields.h"
#include "host_rule.h"
#include "key_ring.h"
#include "origin_rule.h"
#include "paddock/base/ip_range.h"
#include "paddock/config/access.h"
#include "paddock/http/error.h"
#include "paddock/http/routes.h"

namespace paddock::http {

// What the configuration says but for the keys. Immutable.
struct AccessRules {
  AccessRules() = default;
  // `bound` is ServerOptions::host.
  AccessRules(const config::Access& access, const std::string& bound);

  HostRule hosts;
  OriginRule origins;
  std::vector<IpRange> proxies;  // whose word about the client counts
};

// The two ends of a connection; IPv4 as IPv4.
struct Ends {
  boost::asio::ip::address local, peer;
};

// Who is at the other end of the request at hand.
struct Remote {
  std::string peer{};              // numeric address of the connection
  std::string address{};           // of the client, as far as trusted proxies tell it
  bool from_proxy = false;         // the peer is a trusted proxy: what it says of the client counts
  bool secure = false;             // the connection is TLS
  std::string allow_origin{};      // for the answer's Access-Control-Allow-Origin; empty: none
  const Caller* caller = nullptr;  // never null once judged; lives as long as the KeyRing
};

struct AccessQuestion {
  const HeadFields& fields;
  std::string_view method;
  const Route* route;  // null: nothing has this method and path
  const Ends& ends;
};

// Fills `remote`, all but `peer` and `secure`; the refusal if there is one.
std::optional<ApiError> judge(const AccessRules& rules, const KeyRing& keys, const AccessQuestion& question,
                              Remote& remote);

// The lines for the head of an answer that lets a page of `remote.allow_origin` read it; empty if none may.
std::string cors_lines(const Remote& remote);
// The headers of the answer to OPTIONS.
Headers preflight_headers(const HeadFields& fields, const Remote& remote);

}  // namespace paddock::http
