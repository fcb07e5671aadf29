// Who has no key gets nothing but the greeting and the health check, and a key never reaches an upstream.
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
  EXPECT_EQ(get(daemon.port(), "/").status(), 200);
}

TEST(Keys, WithOneAllIsAsEver) {
  TestDaemon daemon(two_models(kKeys));
  for (const char* header :
       {"Authorization: Bearer opensesame", "x-api-key: other", "Authorization: Basic dTpvcGVuc2VzYW1l"}) {
    EXPECT_EQ(ask(daemon.port(), with(header, chat_request("a"))).status(), 200) << header;
  }
  for (const Json& field : daemon.records().wait_for("head", "a")["headers"]) {
    EXPECT_EQ(field[1].get<std::string>().find("opensesame"), std::string::npos) << field;
  }
}

TEST(Keys, ARefusedBodyDoesNotHarmTheNextRequest) {
  TestDaemon daemon(two_models(kKeys));
  RawClient client(daemon.port());
  client.send(make_request("GET", "/v1/models"));
  EXPECT_EQ(read_response(client).status(), 401);
  client.send(with("x-api-key: other", make_request("GET", "/v1/models")));
  EXPECT_EQ(read_response(client).status(), 200);
}

}  // namespace
}  // namespace paddock::test
