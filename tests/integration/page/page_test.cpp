// The page over real connections: what a browser is sent, and what it is not sent again. The page here is
// that of tests/page.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Response ask_for(int port, const std::string& path, const std::string& headers) {
  return ask(port,
             "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Connection: close\r\n\r\n");
}

TEST(Page, IsSentCodedAndNotTwice) {
  TestDaemon daemon(two_models());
  const std::string script = "/ui/assets/page-1a2b3c4d.js";
  const Response whole = ask_for(daemon.port(), script, "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(whole.status(), 200);
  EXPECT_EQ(whole.head.header("content-encoding"), "br");
  EXPECT_EQ(whole.head.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_LT(whole.body.bytes.size(), get(daemon.port(), script).body.bytes.size());
  const std::string tag = whole.head.header("etag");
  const Response again =
      ask_for(daemon.port(), script, "Accept-Encoding: gzip, br\r\nIf-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status(), 304);
  EXPECT_EQ(again.head.header("content-length"), "");
  EXPECT_EQ(again.body.bytes, "");
}

}  // namespace
}  // namespace paddock::test
