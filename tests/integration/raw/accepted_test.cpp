// Requests that are odd but right: they pass, they mean what the RFCs say, and the connection stays in step.
#include "tests/integration/raw/open.h"

namespace paddock::test {
namespace {

struct Good {
  const char* name;
  std::string bytes;
  std::string target;     // as the model's server sees it
  std::string body = {};  // likewise
};

Good get_echo(const char* name, const std::string& lines) {
  return {name, "GET /upstream/a/echo HTTP/1.1\r\nHost: t\r\n" + lines + "\r\n", "/echo"};
}

Good post_echo(const char* name, const std::string& lines, const std::string& body) {
  return {name, "POST /upstream/a/echo HTTP/1.1\r\nHost: t\r\n" + lines + "\r\n" + body, "/echo", "hello"};
}

Good chunked(const char* name, const std::string& body) {
  return post_echo(name, "Transfer-Encoding: chunked\r\n", body);
}

std::string many_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X: y\r\n";
  return lines;
}

const std::vector<Good> kGood = {
    {"AbsoluteTarget", "GET http://u:80/upstream/a/echo/x%2Fy?z HTTP/1.1\r\nHost: t\r\n\r\n",
     "/echo/x%2Fy?z"},
    {"AbsoluteTargetOfHttps", "GET HTTPS://t/upstream/a/echo HTTP/1.1\r\nHost: t\r\n\r\n", "/echo"},
    {"EmptyLinesFirst", "\r\n\r\nGET /upstream/a/echo HTTP/1.1\r\nHost: t\r\n\r\n", "/echo"},
    {"MethodInSmallLetters", "get /upstream/a/echo HTTP/1.1\r\nHost: t\r\n\r\n", "/echo"},
    {"MethodOfAnother", "M-SEARCH /upstream/a/echo HTTP/1.1\r\nHost: t\r\n\r\n", "/echo"},
    {"HostInAnyCase", "GET /upstream/a/echo HTTP/1.1\r\nhOsT:t\r\n\r\n", "/echo"},
    {"LongTarget", "GET /upstream/a/echo?" + std::string(30'000, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n",
     "/echo?" + std::string(30'000, 'x')},
    get_echo("EmptyValue", "X-Empty:\r\nX-Blank:  \r\n"),
    get_echo("TabsAroundAValue", "X:\t y \t\r\n"),
    get_echo("EightBitsInAValue", "X: caf\xc3\xa9 \xff\r\n"),
    get_echo("AllMarksInAName", "!#$%&'*+-.^_`|~0aZ: y\r\n"),
    get_echo("ManyFields", many_fields(255)),
    get_echo("LongField", "X: " + std::string(60'000, 'x') + "\r\n"),
    get_echo("ConnectionNamesTheHost", "Connection: host, keep-alive\r\n"),
    get_echo("NoBodyToExpect", "Expect: 100-continue\r\n"),
    post_echo("LengthWithZeros", "Content-Length: 0005\r\n", "hello"),
    post_echo("LengthInAnyCase", "CONTENT-LENGTH:5\r\n", "hello"),
    {"BodyOfAGet", "GET /upstream/a/echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello", "/echo",
     "hello"},
    post_echo("EncodingInAnyCase", "transfer-encoding:\tChunKed \r\n", "5\r\nhello\r\n0\r\n\r\n"),
    post_echo("ExpectAndBodyAtOnce", "Content-Length: 5\r\nExpect: 100-Continue\r\n", "hello"),
    chunked("ManyChunks", "1\r\nh\r\n1\r\ne\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n"),
    chunked("SizesWithZeros", "00000005\r\nhello\r\n000\r\n\r\n"),
    chunked("Extensions", "5;a;b=c;d=\"e;f\"\r\nhello\r\n0;last\r\n\r\n"),
    chunked("BlanksBehindASize", "5 \t\r\nhello\r\n0 ; x\r\n\r\n"),
    chunked("Trailers", "5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Empty:\r\n\r\n"),
};

TEST(RawAccepted, OddButRight) {
  TestDaemon daemon(two_models(kNames));
  for (const Good& good : kGood) {
    SCOPED_TRACE(good.name);
    RawClient client(daemon.port());
    client.send(good.bytes + make_request("GET", "/health"));
    const Response response = read_response(client);
    ASSERT_EQ(response.status(), 200) << response.body.bytes;
    EXPECT_EQ(response.json()["target"], good.target);
    EXPECT_EQ(response.json()["body"], good.body);
    EXPECT_EQ(read_response(client).body.bytes, "OK") << "the next request is out of step";
  }
}

TEST(RawAccepted, TheAuthorityOfTheTargetIsTheHost) {
  TestDaemon daemon(two_models(kNames));
  RawClient client(daemon.port());
  client.send("GET http://real:81/upstream/a/echo HTTP/1.1\r\nHost: other\r\n\r\n");
  std::vector<std::string> hosts;
  const Json echo = read_response(client).json();
  for (const Json& header : echo["headers"]) {
    if (header[0] == "Host") hosts.push_back(header[1]);
  }
  EXPECT_EQ(hosts, std::vector<std::string>{"real:81"});
}

TEST(RawAccepted, OldHttp) {
  TestDaemon daemon(two_models(kNames));
  for (const char* hosts : {"", "Host: t\r\n"}) {
    const Response response = ask(daemon.port(), std::string("POST /upstream/a/echo HTTP/1.0\r\n") + hosts +
                                                     "Content-Length: 5\r\n\r\nhello");
    EXPECT_EQ(response.json()["body"], "hello");
  }
}

TEST(RawAccepted, MethodsInSmallLettersAreOthers) {
  TestDaemon daemon(two_models(kNames));
  EXPECT_EQ(ask(daemon.port(), "get /health HTTP/1.1\r\nHost: t\r\n\r\n").status(), 405);
}

// Far more than is read ahead while one of them is being served.
TEST(RawAccepted, ManyPipelinedRequests) {
  constexpr int kMany = 200;
  TestDaemon daemon(two_models(kNames));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  RawClient client(daemon.port());
  std::string requests;
  for (int i = 0; i < kMany; ++i) {
    const HeaderList headers = {{"X-Pad", std::string(400, 'x')}};
    requests += make_request("POST", "/upstream/a/echo/" + std::to_string(i), "body", headers);
  }
  auto sent = std::async(std::launch::async, [&] { client.send(requests); });
  for (int i = 0; i < kMany; ++i) {
    const Response response = read_response(client);
    ASSERT_EQ(response.json()["target"], "/echo/" + std::to_string(i));
  }
  sent.get();
}

TEST(RawAccepted, EveryAnswerHasTheRequestsId) {
  TestDaemon daemon(two_models(kNames));
  for (const std::string target : {"/health", "/nowhere", "/upstream/a/echo", "/upstream/none/x"}) {
    SCOPED_TRACE(target);
    const Response mine = ask(daemon.port(), make_request("GET", target, "", {{"x-request-id", "mine-1"}}));
    EXPECT_EQ(mine.head.header("X-Request-Id"), "mine-1");
    EXPECT_EQ(mine.head.count("X-Request-Id"), 1);
    EXPECT_EQ(get(daemon.port(), target).head.header("X-Request-Id").size(), 32u);
  }
  const Response echo = get(daemon.port(), "/upstream/a/echo");
  std::vector<std::string> seen;
  const Json json = echo.json();
  for (const Json& header : json["headers"]) {
    if (header[0] == "X-Request-Id") seen.push_back(header[1]);
  }
  EXPECT_EQ(seen, std::vector<std::string>{echo.head.header("X-Request-Id")});
}

}  // namespace
}  // namespace paddock::test
