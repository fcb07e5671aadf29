// An Address taken apart, as a connection needs it. Pure; any thread.
#pragma once

#include <string>

#include "paddock/client/client.h"

namespace paddock::client {

struct Place {
  std::string host;  // IPv6 without brackets
  int port = 0;
  bool tls = false;

  friend bool operator==(const Place&, const Place&) = default;
};

Place place_of(const Address& address);

}  // namespace paddock::client
