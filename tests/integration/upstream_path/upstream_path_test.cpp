// /upstream/<id>/... passes everything through: any method, the path and query byte for byte.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string target_seen(TestDaemon& daemon, const std::string& target) {
  const Response response = get(daemon.port(), target);
  EXPECT_EQ(response.status(), 200) << target << " " << response.body.bytes;
  const Json json = response.json();
  return json.is_object() ? json.value("target", "") : "";
}

TEST(UpstreamPath, BytesOfPathAndQueryAreKept) {
  TestDaemon daemon(two_models());
  for (const std::string path :
       {"/echo/x%2Fy", "/echo/x%2fy?q=a%20b+c&d=%25", "/echo//double/../dots/.", "/echo?a=?b=/upstream/b",
        "/echo/%e2%82%ac;p=1", "/echo/trailing/", "/echo/a:b@c!$&'()*+,;="}) {
    EXPECT_EQ(target_seen(daemon, "/upstream/a" + path), path);
  }
}

TEST(UpstreamPath, IdsWithSlashesRawAndEncoded) {
  TestDaemon daemon(config_with({{"org/team/m"}, {"org"}}));
  EXPECT_EQ(target_seen(daemon, "/upstream/org/team/m/echo/1"), "/echo/1");
  EXPECT_EQ(target_seen(daemon, "/upstream/org%2Fteam%2Fm/echo/2"), "/echo/2");
  EXPECT_EQ(daemon.records().count("started", "org"), 0u);
  EXPECT_EQ(target_seen(daemon, "/upstream/org/echo/3"), "/echo/3");
}

TEST(UpstreamPath, Aliases) {
  TestDaemon daemon(config_with({{"a", "", "aliases: [short, \"with/slash\"]"}}));
  EXPECT_EQ(target_seen(daemon, "/upstream/short/echo"), "/echo");
  EXPECT_EQ(target_seen(daemon, "/upstream/with/slash/echo"), "/echo");
}

TEST(UpstreamPath, AnyMethod) {
  TestDaemon daemon(two_models());
  for (const char* method : {"GET", "PUT", "DELETE", "PATCH", "POST"}) {
    SCOPED_TRACE(method);
    const std::string body = method == std::string("GET") ? "" : "data";
    const Response response = ask(daemon.port(), make_request(method, "/upstream/a/echo", body));
    EXPECT_EQ(response.json()["method"], method);
    EXPECT_EQ(response.json()["body"], body);
  }
}

TEST(UpstreamPath, BinaryBodies) {
  TestDaemon daemon(two_models());
  std::string body;
  for (int i = 0; i < 256; ++i) body.push_back(static_cast<char>(i));
  EXPECT_EQ(post(daemon.port(), "/upstream/a/echo", body).json()["size"], 256);
}

TEST(UpstreamPath, RequestHeaders) {
  TestDaemon daemon(two_models());
  const HeaderList headers = {{"X-Mine", "1"},
                              {"x-mine", "2"},
                              {"Connection", "X-Private"},
                              {"X-Private", "secret"},
                              {"Keep-Alive", "timeout=9"},
                              {"Authorization", "Bearer t"}};
  ask(daemon.port(), make_request("GET", "/upstream/a/echo", "", headers));
  int mine = 0;
  bool authorization = false;
  const Json seen = daemon.records().wait_for("head", "a")["headers"];
  for (const auto& header : seen) {
    const std::string name = header[0];
    mine += name == "X-Mine" || name == "x-mine" ? 1 : 0;
    authorization = authorization || name == "Authorization";
    EXPECT_NE(name, "X-Private");
    EXPECT_NE(name, "Keep-Alive");
  }
  EXPECT_EQ(mine, 2);
  EXPECT_TRUE(authorization);
}

TEST(UpstreamPath, BasePathOfTheProxy) {
  TestDaemon daemon(
      config_with({{"a", "", "proxy: \"http://127.0.0.1:${PORT}/echo\"\ncheckEndpoint: none"}}));
  // Ready once spawned: the first tries may come before it listens.
  ASSERT_TRUE(eventually([&] { return get(daemon.port(), "/upstream/a/x?y").status() == 200; }));
  EXPECT_EQ(target_seen(daemon, "/upstream/a/x?y"), "/echo/x?y");
}

TEST(UpstreamPath, IgnoredPathsLoadNothing) {
  TestDaemon daemon(config_with({{"a"}}, "upstream: {ignorePaths: ['^/echo/metrics$']}"));
  const Response response = get(daemon.port(), "/upstream/a/echo/metrics?x=1");
  EXPECT_EQ(response.status(), 409);
  EXPECT_EQ(response.error_code(), "not_loaded");
  EXPECT_NE(response.error_message().find("upstream.ignorePaths"), std::string::npos);
  EXPECT_EQ(daemon.records().count("started"), 0u);
  EXPECT_EQ(target_seen(daemon, "/upstream/a/echo/other"), "/echo/other") << "which loads it";
  EXPECT_EQ(target_seen(daemon, "/upstream/a/echo/metrics"), "/echo/metrics");
}

// A page in a tab, or a scraper: it asks all the time, and the model goes all the same.
TEST(UpstreamPath, LooksDoNotKeepAModelLoaded) {
  TestDaemon daemon(config_with({{"a", "", "ttl: 1"}}, "upstream: {ignorePaths: ['^/echo/metrics$']}"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto used = time_of(daemon.records().wait_for("answered", "a"));
  EXPECT_EQ(get(daemon.port(), "/upstream/a/echo/props").status(), 200);
  EXPECT_TRUE(eventually([&] {
    get(daemon.port(), "/upstream/a/echo/metrics");
    return daemon.records().count("sigterm", "a") > 0;
  }));
  const auto asked = time_of(daemon.records().wait_for("sigterm", "a"));
  EXPECT_GE(asked - used, Millis(950));
  EXPECT_LE(asked - used, Millis(3000));
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_EQ(get(daemon.port(), "/upstream/a/echo/metrics").status(), 409) << "nor do they load it again";
}

}  // namespace
}  // namespace paddock::test
