#include "client_address.h"

#include <gtest/gtest.h>

#include "heads.h"

namespace paddock::http {
namespace {

std::string address(const std::string& lines) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  return client_address(reader->head().fields(), {*IpRange::parse("10.0.0.0/8"), *IpRange::parse("fd00::/8")},
                        "10.0.0.1");
}

TEST(ClientAddress, IsTheLastOneThatIsNoProxy) {
  EXPECT_EQ(address(""), "10.0.0.1");
  EXPECT_EQ(address("X-Forwarded-For: 1.2.3.4\r\n"), "1.2.3.4");
  EXPECT_EQ(address("X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n"), "1.2.3.4") << "the first is only his word";
  EXPECT_EQ(address("X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.9\r\n"), "1.2.3.4");
  EXPECT_EQ(address("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 10.0.0.9\r\n"), "1.2.3.4");
  EXPECT_EQ(address("X-Forwarded-For: 10.0.0.8, 10.0.0.9\r\n"), "10.0.0.8") << "a client inside";
}

TEST(ClientAddress, MayBeWrittenInSeveralWays) {
  EXPECT_EQ(address("X-Forwarded-For: 1.2.3.4:5678\r\n"), "1.2.3.4");
  EXPECT_EQ(address("X-Forwarded-For: [2001:db8::1]:443\r\n"), "2001:db8::1");
  EXPECT_EQ(address("X-Forwarded-For: 2001:db8::1\r\n"), "2001:db8::1");
  EXPECT_EQ(address("X-Forwarded-For: ::ffff:1.2.3.4\r\n"), "1.2.3.4");
}

TEST(ClientAddress, WhatIsNoAddressEndsTheSearch) {
  EXPECT_EQ(address("X-Forwarded-For: 1.2.3.4, unknown\r\n"), "10.0.0.1");
  EXPECT_EQ(address("X-Forwarded-For: unknown, 10.0.0.9\r\n"), "10.0.0.9");
  EXPECT_EQ(address("X-Forwarded-For: ,\r\n"), "10.0.0.1");
  EXPECT_EQ(address("X-Forwarded-For: [\r\n"), "10.0.0.1");
}

TEST(ClientAddress, RealIpCountsWhereThereIsNoChain) {
  EXPECT_EQ(address("X-Real-IP: 1.2.3.4\r\n"), "1.2.3.4");
  EXPECT_EQ(address("X-Real-IP: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n"), "5.6.7.8");
  EXPECT_EQ(address("X-Real-IP: somebody\r\n"), "10.0.0.1");
}

}  // namespace
}  // namespace paddock::http
