#include "address.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace paddock::client {
namespace {

// PADDOCK_HOST and PADDOCK_URL of whoever runs the tests must not matter.
class AddressTest : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    ::unsetenv("PADDOCK_HOST");
    ::unsetenv("PADDOCK_URL");
  }
};

std::string url_of(const Result<Address, Failure>& address) {
  return address ? address->url : "error: " + address.error().sentence;
}

TEST_F(AddressTest, HostsAndPorts) {
  EXPECT_EQ(url_of(parse_address("http://127.0.0.1:8080")), "http://127.0.0.1:8080");
  EXPECT_EQ(url_of(parse_address("HTTP://box_1.lan:1/")), "http://box_1.lan:1");
  EXPECT_EQ(url_of(parse_address("http://box")), "http://box");
  EXPECT_EQ(url_of(parse_address("http://[::1]:8080")), "http://[::1]:8080");
}

TEST_F(AddressTest, WithoutAScheme) {
  EXPECT_EQ(url_of(parse_address("127.0.0.1:9")), "http://127.0.0.1:9");
  EXPECT_EQ(url_of(parse_address("box")), "http://box:8080");
  EXPECT_EQ(url_of(parse_address("box/")), "http://box:8080");
  EXPECT_EQ(url_of(parse_address("[::1]")), "http://[::1]:8080");
  EXPECT_EQ(url_of(parse_address("[::1]:80")), "http://[::1]:80");
}

TEST_F(AddressTest, TakenApart) {
  EXPECT_EQ(place_of({}), (Place{"127.0.0.1", 8080, false}));
  EXPECT_EQ(place_of({"http://box"}), (Place{"box", 80, false}));
  EXPECT_EQ(place_of({"https://box.lan"}), (Place{"box.lan", 443, true}));
  EXPECT_EQ(place_of({"https://[fd00::a]:8443"}), (Place{"fd00::a", 8443, true}));
  EXPECT_EQ(place_of({"http://[::1]"}), (Place{"::1", 80, false}));
}

TEST_F(AddressTest, WhatIsNoAddressIsSaidWithTheRightForm) {
  for (const char* text : {":8080",
                           "box:80x",
                           "box/v1",
                           "ftp://box",
                           "http://",
                           "http:///",
                           "http://:8080",
                           "http://box:",
                           "http://box:0",
                           "http://box:65536",
                           "http://box:80x",
                           "http://box:8080/v1",
                           "http://box?x",
                           "http://::1:80",
                           "http://[::1",
                           "http://[]:80",
                           "http://a b",
                           "http://[fe80::1%25eth0]",
                           "http://a\r\nHost: b",
                           "http://box//"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().sentence.find("http://127.0.0.1:8080"), std::string::npos)
        << address.error().sentence;
    EXPECT_EQ(address.error().sentence.find('\n'), std::string::npos);
  }
}

TEST_F(AddressTest, AKeyInTheAddressIsRefusedAndNotShown) {
  for (const char* text : {"http://me:secret@box:8080", "me:secret@box"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address);
    EXPECT_NE(address.error().sentence.find("PADDOCK_API_KEY"), std::string::npos);
    EXPECT_EQ(address.error().sentence.find("secret"), std::string::npos);
  }
}

TEST_F(AddressTest, TheCommandLineThenTheEnvironmentThenTheUsualPlace) {
  EXPECT_EQ(url_of(choose_address("")), "http://127.0.0.1:8080");
  ::setenv("PADDOCK_URL", "http://box:1", 1);
  EXPECT_EQ(url_of(choose_address("")), "http://box:1");
  EXPECT_EQ(url_of(choose_address("http://other:2")), "http://other:2");
  ::setenv("PADDOCK_HOST", "newer:3", 1);
  EXPECT_EQ(url_of(choose_address("")), "http://newer:3");
  EXPECT_EQ(url_of(choose_address("http://other:2")), "http://other:2");
  ::setenv("PADDOCK_HOST", "", 1);
  EXPECT_EQ(url_of(choose_address("")), "http://box:1");
  ::setenv("PADDOCK_URL", "", 1);
  EXPECT_EQ(url_of(choose_address("")), "http://127.0.0.1:8080");
  ::setenv("PADDOCK_URL", "box:x", 1);
  EXPECT_FALSE(choose_address(""));
}

TEST_F(AddressTest, TheKeyIsTakenFromTheEnvironment) {
  ::unsetenv("PADDOCK_API_KEY");
  EXPECT_EQ(key_from_environment(), "");
  ::setenv("PADDOCK_API_KEY", "k", 1);
  EXPECT_EQ(key_from_environment(), "k");
  ::unsetenv("PADDOCK_API_KEY");
}

}  // namespace
}  // namespace paddock::client
