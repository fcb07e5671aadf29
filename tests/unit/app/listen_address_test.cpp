#include "listen_address.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

std::string parsed(std::string_view text) {
  const auto address = parse_listen_address(text);
  return address ? "host \"" + address->host + "\" port " + std::to_string(address->port) : address.error();
}

TEST(ListenAddress, Forms) {
  EXPECT_EQ(parsed("127.0.0.1:8080"), "host \"127.0.0.1\" port 8080");
  EXPECT_EQ(parsed(":8080"), "host \"\" port 8080");
  EXPECT_EQ(parsed("[::1]:8080"), "host \"::1\" port 8080");
  EXPECT_EQ(parsed("localhost:0"), "host \"localhost\" port 0");
}

TEST(ListenAddress, APortAloneIsToldItsColon) {
  EXPECT_EQ(parsed("8080"),
            "--listen 8080: a port alone needs a colon; write :8080 for all interfaces or 127.0.0.1:8080 for "
            "this machine only");
}

TEST(ListenAddress, WrongOnesSayWhatIsExpected) {
  EXPECT_NE(parsed("localhost").find("HOST:PORT"), std::string::npos);
  EXPECT_NE(parsed("").find("HOST:PORT"), std::string::npos);
  EXPECT_NE(parsed("::1:8080").find("brackets"), std::string::npos);
  EXPECT_NE(parsed("[]:8080").find("brackets"), std::string::npos);
  for (const char* text : {"h:", "h:x", "h:70000", "h:-1", "h:+1", "h: 80", "h:99999999999"}) {
    EXPECT_NE(parsed(text).find("65535"), std::string::npos) << text;
  }
}

TEST(ListenAddress, Url) {
  EXPECT_EQ(url_of({"127.0.0.1", 1}), "http://127.0.0.1:1");
  EXPECT_EQ(url_of({"", 8080}), "http://0.0.0.0:8080");
  EXPECT_EQ(url_of({"::1", 8080}), "http://[::1]:8080");
}

TEST(ListenAddress, Loopback) {
  EXPECT_TRUE(is_loopback({"127.0.0.1", 1}));
  EXPECT_TRUE(is_loopback({"127.9.9.9", 1}));
  EXPECT_TRUE(is_loopback({"::1", 1}));
  EXPECT_TRUE(is_loopback({"LocalHost", 1}));
  EXPECT_FALSE(is_loopback({"", 1}));
  EXPECT_FALSE(is_loopback({"192.168.0.7", 1}));
  EXPECT_FALSE(is_loopback({"::", 1}));
}

}  // namespace
}  // namespace paddock::app
