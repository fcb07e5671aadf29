#include "host_rule.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

bool fits(const std::string& host, const std::string& bound = "192.168.1.5",
          std::vector<std::string> allowed = {}) {
  return HostRule(bound, std::move(allowed)).fits(host, boost::asio::ip::make_address("192.168.1.5"));
}

TEST(HostRule, LoopbackNamesFit) {
  for (const char* host : {"localhost", "LOCALHOST:8080", "localhost.", "my.app.localhost:1", "127.0.0.1",
                           "127.9.8.7:80", "[::1]", "[::1]:8080", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_TRUE(fits(host)) << host;
  }
}

TEST(HostRule, TheBoundAddressFits) {
  EXPECT_TRUE(fits("192.168.1.5:8080"));
  EXPECT_TRUE(fits("[::ffff:192.168.1.5]"));
  EXPECT_FALSE(fits("192.168.1.6:8080"));
}

TEST(HostRule, NamesOfOthersDoNot) {
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evillocalhost",
        "192.168.1.5.nip.io", "", ":8080", "127.1", "0x7f.0.0.1", "[", "[]", "[evil", "a b"}) {
    EXPECT_FALSE(fits(host)) << host;
    EXPECT_FALSE(fits(host, "")) << host;
  }
}

TEST(HostRule, BoundToAllEveryNumericAddressFits) {
  for (const char* bound : {"", "0.0.0.0", "::"}) {
    EXPECT_TRUE(fits("10.1.2.3:8080", bound));
    EXPECT_TRUE(fits("[fd00::1]:8080", bound));
    EXPECT_FALSE(fits("paddock:8080", bound));
  }
}

TEST(HostRule, AllowedNamesFit) {
  EXPECT_TRUE(fits("paddock:8080", "", {"paddock"}));
  EXPECT_TRUE(fits("Paddock", "", {"paddock"}));
  EXPECT_FALSE(fits("paddock2", "", {"paddock"}));
  EXPECT_TRUE(fits("a.box.lan:1", "", {"*.box.lan"}));
  EXPECT_TRUE(fits("a.b.box.lan", "", {"*.box.lan"}));
  EXPECT_FALSE(fits("box.lan", "", {"*.box.lan"}));
  EXPECT_FALSE(fits(".box.lan", "", {"*.box.lan"}));
  EXPECT_FALSE(fits("evilbox.lan", "", {"*.box.lan"}));
  EXPECT_TRUE(fits("anything.at.all", "", {"*"}));
}

}  // namespace
}  // namespace paddock::http
