#include "paddock/base/ip_range.h"

#include <gtest/gtest.h>

namespace paddock {
namespace {

bool holds(const char* range, const char* address) {
  const auto parsed = IpRange::parse(range);
  EXPECT_TRUE(parsed) << range;
  return parsed && parsed->contains(boost::asio::ip::make_address(address));
}

TEST(IpRange, HoldsItsNetworkAndNothingElse) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(holds("fd00::/8", "fdab::1"));
  EXPECT_FALSE(holds("fd00::/8", "fe80::1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "::1"));
}

TEST(IpRange, AnAddressIsARangeOfOne) {
  EXPECT_TRUE(holds("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(holds("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(holds("::1", "::1"));
}

TEST(IpRange, ZeroBitsAreEverythingOfItsKind) {
  EXPECT_TRUE(holds("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(holds("0.0.0.0/0", "fd00::1"));
  EXPECT_TRUE(holds("::/0", "8.8.8.8"));
}

TEST(IpRange, AMappedAddressIsItsIpv4Address) {
  EXPECT_TRUE(holds("192.168.0.0/16", "::ffff:192.168.3.4"));
  EXPECT_TRUE(holds("::ffff:192.168.3.4", "192.168.3.4"));
}

TEST(IpRange, WhatIsNoneSaysWhy) {
  for (const char* text : {"", "localhost", "10.0.0", "10.0.0.0.0", "fe80::1%eth0", "/8", "010.0.0.1x"}) {
    EXPECT_TRUE(IpRange::parse(text).has_error()) << text;
  }
  for (const char* text :
       {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/+8", "::/129"}) {
    const auto parsed = IpRange::parse(text);
    ASSERT_TRUE(parsed.has_error()) << text;
    EXPECT_NE(parsed.error().find("behind the slash"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace paddock
