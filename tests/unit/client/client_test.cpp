#include "paddock/client/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "paddock/base/unique_fd.h"
#include "tests/unit/client/fake_daemon.h"

namespace paddock::client {
namespace {

Result<std::string, Failure> ask(const std::string& url, const std::string& key = {}, Options options = {}) {
  return Client(Address{url}, key, options).get("/api/plan", {{"model", "m"}});
}

bool mentions(const Result<std::string, Failure>& result, const std::string& words) {
  return !result && result.error().sentence.find(words) != std::string::npos;
}

// A port that is somebody's, and where nobody listens.
class DeafPort {
 public:
  DeafPort() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&place), size), 0);
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&place), &size), 0);
    url_ = "http://127.0.0.1:" + std::to_string(::ntohs(place.sin_port));
  }
  // From now on connections wait here for ever.
  void listen() const { EXPECT_EQ(::listen(fd_.get(), 5), 0); }
  const std::string& url() const { return url_; }

 private:
  UniqueFd fd_;
  std::string url_;
};

TEST(Client, TheAnswerAsItCame) {
  const FakeDaemon daemon(200, "{\"a\":  1}\n");
  const auto result = ask(daemon.url());
  ASSERT_TRUE(result) << result.error().sentence;
  EXPECT_EQ(*result, "{\"a\":  1}\n");
}

TEST(Client, IdsArriveWhole) {
  const FakeDaemon daemon(200, "{}");
  const std::string odd = "org/m 1&x=2?#+%41,ü";
  ASSERT_TRUE(Client({daemon.url()}, "").get("/api/plan", {{"model", odd}, {"running", "a,b"}}));
  EXPECT_EQ(daemon.asked().value("model"), odd);
  EXPECT_EQ(daemon.asked().value("running"), "a,b");
  EXPECT_EQ(daemon.asked().query.size(), 2U);
  EXPECT_EQ(daemon.asked().target,
            "/api/plan?model=org%2Fm%201%26x%3D2%3F%23%2B%2541%2C%C3%BC&running=a%2Cb");
}

TEST(Client, TheKeyIsABearer) {
  const FakeDaemon daemon(200, "{}");
  ASSERT_TRUE(ask(daemon.url(), "k-1"));
  EXPECT_EQ(daemon.asked().header("Authorization"), "Bearer k-1");
  ASSERT_TRUE(ask(daemon.url()));
  EXPECT_EQ(daemon.asked().headers.count("Authorization"), 0U);
}

TEST(Client, AKeyThatWouldEndItsHeaderIsNotSent) {
  for (const char* key : {"a\r\nX: y", "se cret", "geheimü"}) {
    const auto result = ask("http://127.0.0.1:1", key);
    EXPECT_TRUE(mentions(result, "PADDOCK_API_KEY"));
    EXPECT_FALSE(mentions(result, key));
  }
}

TEST(Client, WantsAKey) {
  const FakeDaemon daemon(401, "{}");
  EXPECT_TRUE(mentions(ask(daemon.url()), daemon.url() + " wants a key; set PADDOCK_API_KEY"));
  EXPECT_TRUE(mentions(ask(daemon.url(), "k"), daemon.url() + " refuses the key in PADDOCK_API_KEY"));
}

TEST(Client, ARefusalIsOneSentence) {
  const FakeDaemon daemon(404, R"({"error":{"message":"There is no model 'm'.","code":"model_not_found"}})");
  EXPECT_TRUE(
      mentions(ask(daemon.url()), daemon.url() + " says: There is no model 'm'. (404 model_not_found)"));
}

TEST(Client, WhatIsNoJsonIsNoPaddock) {
  const FakeDaemon daemon(200, "<html>hello</html>");
  EXPECT_TRUE(mentions(ask(daemon.url()), "is no paddock (/api/plan: status 200)"));
}

TEST(Client, APostHasNoBodyOfItsOwn) {
  const FakeDaemon daemon(200, "{}");
  ASSERT_TRUE(Client({daemon.url()}, "k").post("/api/models/m/unload", {{"mode", "now"}}));
  EXPECT_EQ(daemon.asked().method, "POST");
  EXPECT_EQ(daemon.asked().target, "/api/models/m/unload?mode=now");
  EXPECT_EQ(daemon.asked().body, "");
  EXPECT_EQ(daemon.asked().header("Authorization"), "Bearer k");
}

TEST(Client, TextNeedNotBeJson) {
  const FakeDaemon daemon(200, "OK");
  EXPECT_EQ(*Client({daemon.url()}, "").get_text("/health"), "OK");
  EXPECT_FALSE(Client({daemon.url()}, "").get("/health"));
}

TEST(Client, ARefusalHasItsCodeAndItsBody) {
  const std::string body = R"({"error":{"message":"No.","code":"config_invalid"},"diagnostics":[]})";
  const FakeDaemon daemon(400, body);
  const auto result = ask(daemon.url());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "config_invalid");
  EXPECT_EQ(result.error().body, body);
}

// Three pieces, of which the last comes only if somebody wants it.
httplib::ContentProviderWithoutLength pieces() {
  return [sent = 0](std::size_t, httplib::DataSink& sink) mutable {
    if (sent == 3) {
      sink.done();
      return true;
    }
    return sink.write("piece\n", 6) && ++sent > 0;
  };
}

TEST(Client, AStreamIsHandedOnAsItComes) {
  const FakeDaemon daemon(std::make_unique<httplib::Server>(), "http", [](httplib::Response& response) {
    response.set_chunked_content_provider("text/event-stream", pieces());
  });
  std::string all;
  const Client client({daemon.url()}, "k");
  const auto done = client.stream({"/v1/x", {{"a", "b"}}, "{}"}, [&](std::string_view piece) {
    all += piece;
    return true;
  });
  EXPECT_TRUE(done) << done.error().sentence;
  EXPECT_EQ(all, "piece\npiece\npiece\n");
  EXPECT_EQ(daemon.asked().method, "POST");
  EXPECT_EQ(daemon.asked().body, "{}");
  EXPECT_EQ(daemon.asked().header("Content-Type"), "application/json");
  EXPECT_EQ(daemon.asked().target, "/v1/x?a=b");

  int count = 0;
  EXPECT_TRUE(client.stream({"/x"}, [&](std::string_view) { return ++count < 1; })) << "enough is no failure";
  EXPECT_EQ(count, 1);
  EXPECT_EQ(daemon.asked().method, "GET");
}

TEST(Client, AStreamThatIsRefusedIsASentence) {
  const FakeDaemon daemon(503, R"({"error":{"message":"It failed.","code":"start_failed"}})");
  const auto done = Client({daemon.url()}, "").stream({"/x"}, [](std::string_view) {
    ADD_FAILURE() << "a refusal is no piece";
    return true;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().sentence, daemon.url() + " says: It failed. (503 start_failed)");
  EXPECT_EQ(done.error().code, "start_failed");
}

// The key would go with it.
TEST(Client, FollowsNoRedirect) {
  const FakeDaemon target(200, "{}");
  ASSERT_TRUE(ask(target.url()));
  const FakeDaemon daemon(std::make_unique<httplib::Server>(), "http", [&](httplib::Response& response) {
    response.set_redirect(target.url() + "/other");
  });
  EXPECT_TRUE(mentions(ask(daemon.url(), "k"), "status 302"));
  EXPECT_EQ(target.asked().headers.count("Authorization"), 0U);
}

TEST(Client, AnIpv6AddressWithLetters) {
  if (!UniqueFd(::socket(AF_INET6, SOCK_STREAM, 0))) GTEST_SKIP() << "this machine has no IPv6";
  const FakeDaemon daemon(200, "{}");
  const std::string port = daemon.url().substr(daemon.url().rfind(':'));
  const auto result = ask("http://[::ffff:127.0.0.1]" + port);
  EXPECT_TRUE(result) << result.error().sentence;
}

TEST(Client, NobodyThere) {
  const DeafPort port;
  const auto result = ask(port.url());
  EXPECT_TRUE(mentions(result, "nothing answers at " + port.url() + "; start paddock there"));
  EXPECT_TRUE(mentions(result, "--url or PADDOCK_HOST"));
}

TEST(Client, WaitsNoLongerThanItsLimit) {
  const DeafPort port;
  port.listen();
  Options options;
  options.read_timeout = std::chrono::milliseconds(20);
  EXPECT_TRUE(mentions(ask(port.url(), "", options), "nothing came for 1 s"));
}

TEST(Client, AnAnswerThatBreaksOff) {
  const FakeDaemon daemon(std::make_unique<httplib::Server>(), "http", [](httplib::Response& response) {
    response.set_content_provider(100, "application/json",
                                  [](std::size_t, std::size_t, httplib::DataSink& sink) {
                                    sink.write("{", 1);
                                    return false;
                                  });
  });
  EXPECT_TRUE(mentions(ask(daemon.url()), "the connection to " + daemon.url() + " broke off"));
}

TEST(Client, AnAnswerThatIsTooLarge) {
  const FakeDaemon daemon(200, "\"" + std::string(98, 'x') + "\"");
  Options options;
  options.largest_answer = 100;
  EXPECT_TRUE(ask(daemon.url(), "", options));
  options.largest_answer = 99;
  EXPECT_TRUE(mentions(ask(daemon.url(), "", options), daemon.url() + " is larger than 99 bytes"));
}

}  // namespace
}  // namespace paddock::client
