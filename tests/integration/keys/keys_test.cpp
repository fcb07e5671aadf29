// Who has no key gets nothing but the greeting and the health check, and a key never reaches an upstream.
#include "paddock/base/text.h"
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

const std::string kKeys = "apiKeys: [opensesame, other]";

std::string with(const std::string& header, const std::string& request) {
  std::string text = request;
  return text.insert(text.find("\r\n") + 2, header + "\r\n");
}

TEST(Keys, WithoutOneNothingIsAnswered) {
  TestDaemon daemon(two_models(kKeys));
  for (const char* path : {"/v1/models", "/running", "/logs", "/api/models", "/upstream/a/x", "/nothing"}) {
    const Response response = get(daemon.port(), path);
    EXPECT_EQ(response.status(), 401) << path;
    EXPECT_EQ(response.error_code(), "unauthorized") << path;
    EXPECT_EQ(response.head.header("www-authenticate"), "Basic realm=\"paddock\"") << path;
  }
  EXPECT_EQ(chat(daemon.port(), "a").status(), 401);
  EXPECT_EQ(post(daemon.port(), "/api/models/a/load").status(), 401);
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

TEST(Keys, TheGreetingAndTheHealthCheckAreOpen) {
  TestDaemon daemon(two_models(kKeys));
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
  EXPECT_EQ(get(daemon.port(), "/").status(), 302);
  EXPECT_EQ(get(daemon.port(), "/ui/").status(), 200);
}

TEST(Keys, WithOneAllIsAsEver) {
  TestDaemon daemon(two_models(kKeys));
  for (const char* header :
       {"Authorization: Bearer opensesame", "x-api-key: other", "Authorization: Basic dTpvcGVuc2VzYW1l"}) {
    EXPECT_EQ(ask(daemon.port(), with(header, chat_request("a"))).status(), 200) << header;
  }
  for (const std::size_t request : {1, 2, 3}) {
    const Event head = daemon.records().wait_for("head", "a", request);
    const Json headers = head["headers"];
    EXPECT_FALSE(headers.empty());
    for (const Json& field : headers) {
      const std::string name = to_lower(field[0].get<std::string>());
      EXPECT_TRUE(name != "authorization" && name != "x-api-key") << field;
    }
  }
}

TEST(Keys, WithForwardAuthTheKeyGoesOn) {
  TestDaemon daemon(config_with({{"a", "", "forwardAuth: true"}, {"b"}}, kKeys));
  const std::string header = "Authorization: Bearer opensesame";
  for (const std::string model : {"a", "b"}) {
    EXPECT_EQ(ask(daemon.port(), with(header, chat_request(model))).status(), 200);
    const std::string head = daemon.records().wait_for("head", model).dump();
    EXPECT_EQ(head.find("opensesame") != std::string::npos, model == "a") << head;
  }
}

TEST(Keys, ARefusedBodyIsNoRequest) {
  TestDaemon daemon(two_models(kKeys));
  RawClient client(daemon.port());
  const std::string smuggled = with("x-api-key: other", make_request("GET", "/v1/models"));
  client.send(make_request("POST", "/v1/chat/completions", smuggled));
  const Response refused = read_response(client);
  EXPECT_EQ(refused.status(), 401);
  EXPECT_EQ(refused.head.header("connection"), "close");
  std::string more;
  client.half_close();
  client.read_to_end(more);
  EXPECT_EQ(more, "");
}

TEST(Keys, ARefusalKeepsTheConnection) {
  TestDaemon daemon(two_models(kKeys));
  RawClient client(daemon.port());
  client.send(make_request("GET", "/v1/models"));
  EXPECT_EQ(read_response(client).status(), 401);
  client.send(with("x-api-key: other", make_request("GET", "/v1/models")));
  EXPECT_EQ(read_response(client).status(), 200);
}

}  // namespace
}  // namespace paddock::test
