#include "paddock/base/ip_range.h"

#include <charconv>

#include <boost/asio/ip/address_v6.hpp>

namespace paddock {

namespace {

namespace ip = boost::asio::ip;
using Bytes = std::array<unsigned char, 16>;

constexpr int kAllBits = 128;
constexpr int kMappedBits = 96;  // in front of an IPv4 address

Bytes bytes_of(const ip::address& address) {
  const ip::address_v6 v6 =
      address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
  return v6.to_bytes();
}

// -1 for what is no number.
int number(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && text.front() != '-' ? value : -1;
}

}  // namespace

Result<IpRange, std::string> IpRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error || text.find('%') != std::string_view::npos) {
    return std::string("is no address and no range like 10.0.0.0/8");
  }
  IpRange range;
  range.first_ = bytes_of(address);
  if (slash == std::string_view::npos) return range;
  const int most = address.is_v4() ? kAllBits - kMappedBits : kAllBits;
  const std::string_view digits = text.substr(slash + 1);
  const int bits = digits.empty() ? -1 : number(digits);
  if (bits < 0 || bits > most) {
    return "has no number from 0 to " + std::to_string(most) + " behind the slash";
  }
  range.bits_ = bits + kAllBits - most;
  return range;
}

bool IpRange::contains(const ip::address& address) const {
  const Bytes bytes = bytes_of(address);
  for (int bit = 0; bit < bits_; bit += 8) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const int left = bits_ - bit;
    const int mask = left >= 8 ? 0xFF : 0xFF << (8 - left) & 0xFF;
    if (((bytes[at] ^ first_[at]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace paddock
