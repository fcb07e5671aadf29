// Requests that two servers could read differently are refused, and their connection ends.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

struct Bad {
  const char* name;
  const char* request;
  int status = 400;
};

std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }

class Refused : public ::testing::TestWithParam<Bad> {};

TEST_P(Refused, WithTheConnectionClosed) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  // A second request that must never be understood as one.
  client.send(GetParam().request + make_request("GET", "/unload"));
  const Head head = client.read_head();
  EXPECT_EQ(head.status, GetParam().status);
  EXPECT_EQ(head.header("connection"), "close");
  client.read_body(head);
  std::string more;
  EXPECT_NE(client.read_to_end(more, Millis(2000)), End::kTimeout);
  EXPECT_EQ(more, "");
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
}

#define CHAT "POST /v1/chat/completions HTTP/1.1\r\n"
#define BODY "{\"model\":\"a\"}"
const Bad kBad[] = {
    {"TwoHosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"NoHost", "GET /health HTTP/1.1\r\nX: y\r\n\r\n"},
    {"LengthList", CHAT "Host: a\r\nContent-Length: 13, 13\r\n\r\n" BODY},
    {"TwoLengths", CHAT "Host: a\r\nContent-Length: 13\r\nContent-Length: 14\r\n\r\n" BODY},
    {"NegativeLength", CHAT "Host: a\r\nContent-Length: -1\r\n\r\n" BODY},
    {"SignedLength", CHAT "Host: a\r\nContent-Length: +13\r\n\r\n" BODY},
    {"HugeLength", CHAT "Host: a\r\nContent-Length: 99999999999999999999999\r\n\r\n" BODY},
    {"LengthAndChunked",
     CHAT "Host: a\r\nContent-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" BODY "\r\n0\r\n\r\n"},
    {"UnknownCoding", CHAT "Host: a\r\nTransfer-Encoding: gzip, xchunked\r\n\r\n"},
    {"ChunkedTwice",
     CHAT "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"ChunkedNotLast", CHAT "Host: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"},
    {"ChunkedInOldHttp",
     "POST /v1/chat/completions HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" BODY
     "\r\n0\r\n\r\n"},
    {"FoldedHeader", "GET /health HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\r\n"},
    {"BlankBeforeColon", "GET /health HTTP/1.1\r\nHost : a\r\n\r\n"},
    {"BareLineFeed", "GET /health HTTP/1.1\nHost: a\n\n"},
    {"NoSlash", "GET health HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"EightBitTarget", "GET /health\xff HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"NotHttp", "hello there\r\n\r\n"},
    {"BadChunkSize", CHAT "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
};

INSTANTIATE_TEST_SUITE_P(Parsing, Refused, ::testing::ValuesIn(kBad),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Parsing, HeadOverSixtyFourKilobytes) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send_some(make_request("GET", "/health", "", {{"X-Long", std::string(70'000, 'x')}}), kPatience);
  const Head head = client.read_head();
  EXPECT_EQ(head.status, 431);
  EXPECT_EQ(head.header("connection"), "close");
}

TEST(Parsing, HeadJustBelowTheLimit) {
  TestDaemon daemon(two_models());
  const HeaderList headers = {{"X-Long", std::string(60'000, 'x')}};
  EXPECT_EQ(ask(daemon.port(), make_request("GET", "/health", "", headers)).status(), 200);
}

TEST(Parsing, SameLengthTwiceIsOneOrRefused) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  client.send(CHAT "Host: a\r\nContent-Length: 13\r\nContent-Length: 13\r\n\r\n" BODY);
  const int status = client.read_head().status;
  EXPECT_TRUE(status == 200 || status == 400) << status;
}

TEST(Parsing, OldHttpNeedsNoHost) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(ask(daemon.port(), "GET /health HTTP/1.0\r\n\r\n").status(), 200);
}

}  // namespace
}  // namespace paddock::test
