// IpRange: the addresses of one network, `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
//
// IPv4 stands as ::ffff:a.b.c.d, as sockets that serve both see it, so both spellings of an address are the
// same. No names, no scopes. Immutable value; any thread.
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>

#include "paddock/base/result.h"

namespace paddock {

class IpRange {
 public:
  // The error is the end of a sentence: "is no address and no range like 10.0.0.0/8".
  static Result<IpRange, std::string> parse(std::string_view text);

  bool contains(const boost::asio::ip::address& address) const;

 private:
  std::array<unsigned char, 16> first_{};
  int bits_ = 128;  // of `first_` that count
};

}  // namespace paddock
