// Whose request a proxy passes on. Pure functions; any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "head_fields.h"
#include "paddock/base/ip_range.h"

namespace paddock::http {

bool is_trusted(const std::vector<IpRange>& proxies, const boost::asio::ip::address& address);

// For a request from a trusted proxy: the last address of X-Forwarded-For that is not itself a trusted
// proxy's, because what stands before it is only that client's word; without the field X-Real-IP. `peer`
// where neither holds an address.
std::string client_address(const HeadFields& fields, const std::vector<IpRange>& proxies,
                           const std::string& peer);

// All X-Forwarded-For of the request as one list; empty if there is none.
std::string forwarded_for(const HeadFields& fields);

}  // namespace paddock::http
