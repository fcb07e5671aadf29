// Where the daemon listens, from the text of --listen. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "paddock/base/result.h"

namespace paddock::app {

struct ListenAddress {
  std::string host;  // empty: all interfaces; IPv6 without brackets
  int port = 0;      // 0: any free one

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// `HOST:PORT`, `[IPv6]:PORT` or `:PORT` (all interfaces, as in llama-swap). The error is a sentence.
Result<ListenAddress, std::string> parse_listen_address(std::string_view text);

// `http://HOST:PORT`, or https, with 0.0.0.0 for all interfaces.
std::string url_of(const ListenAddress& address, std::string_view scheme = "http");

// True if only this machine can reach it: `localhost`, 127.x.x.x or ::1.
bool is_loopback(const ListenAddress& address);

}  // namespace paddock::app
