#include "origin_rule.h"

#include <gtest/gtest.h>

#include "heads.h"

namespace paddock::http {
namespace {

bool foreign(const std::string& lines, const std::string& method = "POST",
             const std::string& host = "box:8080") {
  static const OriginRule rule({"https://page.example"});
  const auto reader = test::request(method + " /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  return rule.judge(reader->head().fields(), method, host).foreign;
}

TEST(OriginRule, OwnIsTheSameHostAndPort) {
  EXPECT_FALSE(foreign(""));
  EXPECT_FALSE(foreign("Origin: http://box:8080\r\n"));
  EXPECT_FALSE(foreign("Origin: https://BOX:8080\r\n")) << "a proxy may speak https";
  EXPECT_TRUE(foreign("Origin: http://box\r\n"));
  EXPECT_TRUE(foreign("Origin: http://box:80\r\n"));
  EXPECT_TRUE(foreign("Origin: http://box:8080.evil.example\r\n"));
  EXPECT_TRUE(foreign("Origin: http://sub.box:8080\r\n"));
  EXPECT_TRUE(foreign("Origin: null\r\n"));
  EXPECT_TRUE(foreign("Origin: \r\n"));
  EXPECT_TRUE(foreign("Origin: box:8080\r\n"));
  EXPECT_TRUE(foreign("Origin: file://box:8080\r\n"));
  EXPECT_TRUE(foreign("Origin: http://box:8080\r\nOrigin: http://evil.example\r\n"));
}

TEST(OriginRule, TheUsualPortNeedNotBeSaid) {
  EXPECT_FALSE(foreign("Origin: http://box\r\n", "POST", "box:80"));
  EXPECT_FALSE(foreign("Origin: https://box\r\n", "POST", "box:443"));
  EXPECT_FALSE(foreign("Origin: https://box\r\n", "POST", "box"));
  EXPECT_TRUE(foreign("Origin: https://box\r\n", "POST", "box:80"));
  EXPECT_FALSE(foreign("Origin: http://[::1]:8080\r\n", "POST", "[::1]:8080"));
}

TEST(OriginRule, TheBrowsersOwnWordCountsToo) {
  EXPECT_FALSE(foreign("Sec-Fetch-Site: none\r\n"));
  EXPECT_FALSE(foreign("Sec-Fetch-Site: same-origin\r\n"));
  EXPECT_TRUE(foreign("Sec-Fetch-Site: same-site\r\n"));
  EXPECT_TRUE(foreign("Sec-Fetch-Site: cross-site\r\n"));
  EXPECT_TRUE(foreign("Sec-Fetch-Site: whatever-comes\r\n"));
  EXPECT_TRUE(foreign("Origin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n"));
  EXPECT_TRUE(foreign("Origin: http://box:8080\r\nSec-Fetch-Site: same-site\r\n"));
}

TEST(OriginRule, AllowedOnesAreNotForeign) {
  EXPECT_FALSE(foreign("Origin: https://page.example\r\nSec-Fetch-Site: cross-site\r\n"));
  EXPECT_FALSE(foreign("Origin: https://PAGE.example\r\n"));
  EXPECT_TRUE(foreign("Origin: http://page.example\r\n"));
  EXPECT_TRUE(foreign("Origin: https://page.example:444\r\n"));
}

TEST(OriginRule, AnImagesRefererTellsWhereNothingElseDoes) {
  EXPECT_TRUE(foreign("Referer: http://evil.example/page\r\n", "GET"));
  EXPECT_FALSE(foreign("Referer: http://box:8080/ui/\r\n", "GET"));
  EXPECT_FALSE(foreign("Referer: https://page.example/x?y\r\n", "GET"));
  EXPECT_FALSE(foreign("Referer: http://evil.example/page\r\nSec-Fetch-Site: none\r\n", "GET"));
  // Programs name themselves with it.
  EXPECT_FALSE(foreign("Referer: https://my.app\r\n", "POST"));
}

TEST(OriginRule, ARefererIsNoLeaveToRead) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a\r\nReferer: https://page.example/\r\n\r\n");
  const OriginRule rule({"https://page.example"});
  EXPECT_EQ(rule.judge(reader->head().fields(), "GET", "a").allow, "");
}

}  // namespace
}  // namespace paddock::http
