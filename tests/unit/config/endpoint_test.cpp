#include "endpoint.h"

#include <gmock/gmock.h>

namespace paddock::config {
namespace {

TEST(ProxyUrl, AcceptsHttpHostPortAndPath) {
  for (const char* url :
       {"http://localhost:${PORT}", "http://localhost", "http://localhost/", "HTTP://10.0.0.1:80/base/path",
        "http://[::1]:8080", "http://my_host-1.lan:65535", "http://h:${PORT}/x/${PORT}"}) {
    const auto trouble = check_proxy_url(url);
    EXPECT_FALSE(trouble) << url << ": " << trouble->message;
  }
}

struct BadUrl {
  const char* url;
  std::size_t offset;
  const char* message;
};

TEST(ProxyUrl, SaysWhereTheTroubleIs) {
  const BadUrl bad[] = {
      {"", 0, "must start with http://"},
      {"localhost:80", 0, "must start with http://"},
      {"ftp://h", 0, "must start with http://"},
      {"https://h", 0, "cannot talk https"},
      {"http://", 7, "no valid host"},
      {"http://:80", 7, "no valid host"},
      {"http:///x", 7, "no valid host"},
      {"http://[::1", 7, "no valid host"},
      {"http://[]:80", 7, "no valid host"},
      {"http://[gg]:80", 7, "no valid host"},
      {"http://a!b", 8, "host of the URL"},
      {"http://[::1]x", 12, "host of the URL"},
      {"http://h:", 9, "port"},
      {"http://h:0", 9, "port"},
      {"http://h:65536", 9, "port"},
      {"http://h:8x", 9, "port"},
      {"http://h:1${PORT}", 9, "port"},
      {"http://h:99999999999", 9, "port"},
      {"http://u:p@h", 7, "user or a password"},
      {"http://h/?a=1", 9, "query"},
      {"http://h#f", 8, "fragment"},
      {"http://h/a b", 10, "blank"},
      {"http://h/a\nb", 10, "control"},
  };
  for (const BadUrl& c : bad) {
    const auto trouble = check_proxy_url(c.url);
    ASSERT_TRUE(trouble) << c.url;
    EXPECT_EQ(trouble->offset, c.offset) << c.url;
    EXPECT_THAT(trouble->message, testing::HasSubstr(c.message)) << c.url;
  }
}

TEST(ProbePath, IsAPathWithQueryOrNothing) {
  EXPECT_EQ(probe_path("/health"), "/health");
  EXPECT_EQ(probe_path(" none "), "");
  EXPECT_EQ(probe_path("none/x"), "/none/x");
  EXPECT_EQ(probe_path("health"), "/health");
  EXPECT_EQ(probe_path("?a=1"), "/?a=1");
  EXPECT_EQ(probe_path(""), "/");
  EXPECT_EQ(probe_path("/"), "/");
  EXPECT_EQ(probe_path("http://other:80/up?x=1#y"), "/up?x=1");
  EXPECT_EQ(probe_path("https://other"), "/");
  EXPECT_EQ(probe_path("http://other?x"), "/?x");
}

TEST(PeerUrl, MayBeHttps) {
  EXPECT_FALSE(check_peer_url("https://h"));
  EXPECT_FALSE(check_peer_url("HTTPS://h:443/api"));
  EXPECT_FALSE(check_peer_url("http://[::1]:80"));
  for (const auto& [url, offset] :
       {std::pair{"ftp://h", 0u}, std::pair{"https://", 8u}, std::pair{"https://h/?q", 10u},
        std::pair{"https://h:0", 10u}, std::pair{"http://h:x", 9u}}) {
    const std::optional<UrlTrouble> trouble = check_peer_url(url);
    ASSERT_TRUE(trouble) << url;
    EXPECT_EQ(trouble->offset, offset) << url;
  }
}

}  // namespace
}  // namespace paddock::config
