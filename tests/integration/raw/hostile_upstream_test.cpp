// Answers of a server that is broken or worse: the client gets one clean error, or what can be passed on, or
// a break that shows; and the next request gets its own answer.
#include "tests/integration/raw/open.h"
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

using namespace std::string_literals;

struct Hostile {
  const char* name;
  std::string bytes;
};

const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kFive = "Content-Length: 5\r\n";
// A second answer that nobody asked for and nobody may get.
const std::string kSmuggled = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled";

Hostile with(const char* name, const std::string& lines, const std::string& body = "hello") {
  return {name, kOk + lines + "\r\n" + body};
}

std::string interims(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
  return text;
}

std::string many_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X: y\r\n";
  return lines;
}

const std::vector<Hostile> kRefused = {
    with("TwoLengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
    with("TheSameLengthTwice", kFive + kFive),
    with("LengthList", "Content-Length: 5, 5\r\n"),
    with("NegativeLength", "Content-Length: -5\r\n"),
    with("SignedLength", "Content-Length: +5\r\n"),
    with("HexLength", "Content-Length: 0x5\r\n"),
    with("EmptyLength", "Content-Length:\r\n"),
    with("HugeLength", "Content-Length: 18446744073709551621\r\n"),
    with("LengthAndChunks", kFive + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + kSmuggled),
    with("ChunksAndLength", "Transfer-Encoding: chunked\r\n" + kFive, "0\r\n\r\n" + kSmuggled),
    with("EncodingGzip", "Transfer-Encoding: gzip\r\n"),
    with("EncodingIdentity", "Transfer-Encoding: identity\r\n"),
    with("EncodingTwice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    with("EncodingGzipChunked", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
    with("EncodingPrefixed", kFive + "Transfer-Encoding: xchunked\r\n"),
    with("FoldedLine", kFive + "X: y\r\n z\r\n"),
    with("FoldedLength", "Content-Length:\r\n 5\r\n"),
    with("LineFeedOnly", kFive + "X: y\nZ: z\r\n"),
    with("CarriageReturnOnly", kFive + "X: y\rSet-Cookie: z\r\n"),
    with("NulInAValue", kFive + "X: \0\r\n"s),
    with("ControlInAValue", kFive + "X: \x01\r\n"),
    with("NulInAName", kFive + "X\0: y\r\n"s),
    with("BlankBeforeTheColon", "Content-Length : 5\r\n"),
    with("BlankInAName", kFive + "X Y: z\r\n"),
    with("EightBitsInAName", kFive + "X\xe9: y\r\n"),
    with("NoColon", kFive + "nothing\r\n"),
    with("EmptyName", kFive + ": y\r\n"),
    with("HeadBeyondTheLimit", kFive + "X: " + std::string(70'000, 'x') + "\r\n"),
    with("HeadWithoutEnd", kFive + "X: " + std::string(200'000, 'x')),
    with("TooManyFields", kFive + many_fields(300)),
    {"Status999", "HTTP/1.1 999 Odd\r\n" + kFive + "\r\nhello"},
    {"Status600", "HTTP/1.1 600 Odd\r\n" + kFive + "\r\nhello"},
    {"Status099", "HTTP/1.1 099 Odd\r\n" + kFive + "\r\nhello"},
    {"StatusOfTwoDigits", "HTTP/1.1 20 OK\r\n" + kFive + "\r\nhello"},
    {"StatusOfFourDigits", "HTTP/1.1 2000 OK\r\n" + kFive + "\r\nhello"},
    {"StatusOfLetters", "HTTP/1.1 abc OK\r\n" + kFive + "\r\nhello"},
    {"NoStatus", "HTTP/1.1\r\n" + kFive + "\r\nhello"},
    {"ControlInTheReason", "HTTP/1.1 200 O\x01K\r\n" + kFive + "\r\nhello"},
    {"CarriageReturnInTheReason", "HTTP/1.1 200 OK\rX: y\r\n" + kFive + "\r\nhello"},
    {"Http2", "HTTP/2 200 OK\r\n" + kFive + "\r\nhello"},
    {"AnotherProtocol", "SSH-2.0-OpenSSH\r\n\r\n"},
    {"LineFeedsOnly", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"},
    {"Nothing", ""},
    {"HalfAHead", "HTTP/1.1 200 OK\r\nContent-Le"},
    {"OnlyInterims", interims(3)},
    {"InterimsWithoutEnd", interims(200) + kSmuggled},
    {"SwitchingUnasked",
     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes"},
};

struct Scene {
  RawListener listener;
  TestDaemon daemon{config_with({{"a", "", listener.model_lines()}}, kNames)};

  Scene() { open(daemon, listener); }

  // The client's request has reached the server, which answers so and closes.
  void answer(RawClient& client, const std::string& bytes) {
    client.send(make_request("POST", "/v1/chat/completions", R"({"model":"a"})"));
    RawClient upstream = listener.accept();
    upstream.read_until(R"({"model":"a"})");
    upstream.send_some(bytes, kPatience);
    upstream.half_close();
    // What the daemon did not want is lost with the connection; it must not be closed under the answer.
    upstream.wait_end();
  }
  // The connection of the client still works, and gets what is sent now.
  void expect_next(RawClient& client) {
    // Closing at once, not when the pool next looks at it.
    answer(client, kOk + "Connection: close\r\nContent-Length: 4\r\n\r\nnext");
    EXPECT_EQ(read_response(client).body.bytes, "next");
  }
};

TEST(RawHostileUpstream, GetsA502ThatSaysWhy) {
  Scene scene;
  RawClient client(scene.daemon.port());
  for (const Hostile& hostile : kRefused) {
    SCOPED_TRACE(hostile.name);
    scene.answer(client, hostile.bytes);
    const Response response = read_response(client);
    EXPECT_EQ(response.status(), 502);
    EXPECT_EQ(response.error_code(), "upstream_unreachable") << response.body.bytes;
    EXPECT_NE(response.error_message().find("the server of model `a`"), std::string::npos);
    scene.expect_next(client);
    if (HasFailure()) return;
  }
}

struct Passed {
  const char* name;
  std::string bytes;
  int status;
  std::string body;
};

const std::vector<Passed> kPassed = {
    {"NoReason", "HTTP/1.1 200 \r\n" + kFive + "\r\nhello", 200, "hello"},
    {"UnknownStatus", "HTTP/1.1 299 Odd\r\n" + kFive + "\r\nhello", 299, "hello"},
    {"EightBitsInTheReason", "HTTP/1.1 200 D\xc3\xa9j\xc3\xa0\r\n" + kFive + "\r\nhello", 200, "hello"},
    {"EightBitsInAValue", kOk + kFive + "X: caf\xe9\r\n\r\nhello", 200, "hello"},
    {"EmptyValue", kOk + kFive + "X:\r\n\r\nhello", 200, "hello"},
    {"AFewInterims", interims(20) + kOk + kFive + "\r\nhello", 200, "hello"},
    {"LengthWithZeros", kOk + "Content-Length: 005\r\n\r\nhello", 200, "hello"},
    {"MoreThanItsLength", kOk + kFive + "\r\nhello" + kSmuggled, 200, "hello"},
    {"MoreThanItsChunks", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + kSmuggled, 200,
     "hello"},
    {"BodyOfA204", "HTTP/1.1 204 No\r\n" + kFive + "\r\nhello" + kSmuggled, 204, ""},
    {"BodyOfA304", "HTTP/1.1 304 Not\r\n" + kFive + "\r\nhello" + kSmuggled, 304, ""},
    {"ChunksOfOld", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200,
     "hello"},
    {"ConnectionNamesTheFraming", kOk + "Connection: content-length\r\n" + kFive + "\r\nhello", 200, "hello"},
    {"ForeignHopByHop",
     kOk + kFive + "Keep-Alive: timeout=1\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\n\r\nhello", 200,
     "hello"},
};

TEST(RawHostileUpstream, OddButPossible) {
  Scene scene;
  RawClient client(scene.daemon.port());
  for (const Passed& passed : kPassed) {
    SCOPED_TRACE(passed.name);
    scene.answer(client, passed.bytes);
    const Response response = read_response(client);
    EXPECT_EQ(response.status(), passed.status);
    EXPECT_EQ(response.body.bytes, passed.body);
    for (const char* name : {"Keep-Alive", "Proxy-Authenticate", "Upgrade", "Connection"})
      EXPECT_FALSE(response.head.has(name)) << name;
    scene.expect_next(client);
    if (HasFailure()) return;
  }
}

const std::vector<Hostile> kBroken = {
    with("ShortLength", "Content-Length: 9\r\n"),
    with("SizeOfLetters", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\nxyz\r\n0\r\n\r\n"),
    with("NegativeSize", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n-1\r\n0\r\n\r\n"),
    with("SizeOver63Bits", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n8000000000000000\r\n0\r\n\r\n"),
    with("MoreThanTheSize", "Transfer-Encoding: chunked\r\n", "4\r\nhello\r\n0\r\n\r\n"),
    with("LineFeedBehindTheSize", "Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
    with("NulInAnExtension", "Transfer-Encoding: chunked\r\n", "5;\0\r\nhello\r\n0\r\n\r\n"s),
    with("TrailerWithoutColon", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nnothing\r\n\r\n"),
    with("FoldedTrailer", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"),
    with("NoLastChunk", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"),
};

TEST(RawHostileUpstream, WhatBreaksLaterIsNeverWhole) {
  Scene scene;
  for (const Hostile& hostile : kBroken) {
    SCOPED_TRACE(hostile.name);
    RawClient client(scene.daemon.port());
    scene.answer(client, hostile.bytes);
    const Response response = read_response(client);
    EXPECT_EQ(response.status(), 200);
    EXPECT_TRUE(response.body.end == End::kEof || response.body.end == End::kReset) << response.body.end;
    RawClient another(scene.daemon.port());
    scene.expect_next(another);
  }
}

}  // namespace
}  // namespace paddock::test
