// Requests that two programs could read differently: each gets one answer that says why, the end of its
// connection, and nothing of it reaches a model's server, alone and with a good request behind it.
#include <algorithm>

#include "tests/integration/raw/open.h"

namespace paddock::test {
namespace {

using namespace std::string_literals;

struct Bad {
  const char* name;
  std::string bytes;
  int status = 400;
};

const std::string kChat = "POST /v1/chat/completions HTTP/1.1\r\n";
const std::string kBody = R"({"model":"b"})";
const std::string kHost = "Host: t\r\n";

// A request line that is wrong, with a head that is not.
Bad line(const char* name, const std::string& text, int status = 400) {
  return {name, text + "\r\nHost: t\r\n\r\n", status};
}

// A field that is wrong in a head that is not; the body has the length that the sound ones say.
Bad field(const char* name, const std::string& lines, int status = 400) {
  return {name, kChat + kHost + lines + "\r\n" + kBody, status};
}

Bad sized(const char* name, const std::string& lines, int status = 400) {
  return field(name, "Content-Length: 13\r\n" + lines, status);
}

Bad chunks(const char* name, const std::string& body) {
  return {name, kChat + kHost + "Transfer-Encoding: chunked\r\n\r\n" + body};
}

std::string many_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X: y\r\n";
  return lines;
}

const std::vector<Bad> kLines = {
    {"NoVersion", "GET /upstream/b/x\r\n\r\n"},
    {"NoVersionNorEnd", "GET /upstream/b/x\r\n"},
    {"OnlyAMethod", "GET\r\n\r\n"},
    line("Version09", "GET /upstream/b/x HTTP/0.9"),
    line("Version12", "GET /upstream/b/x HTTP/1.2"),
    line("Version20", "GET /upstream/b/x HTTP/2.0"),
    line("Version3", "GET /upstream/b/x HTTP/3"),
    line("VersionWithoutMinor", "GET /upstream/b/x HTTP/1"),
    line("VersionOfTwoDigits", "GET /upstream/b/x HTTP/1.10"),
    line("VersionWithZeros", "GET /upstream/b/x HTTP/01.1"),
    line("VersionInSmallLetters", "GET /upstream/b/x http/1.1"),
    line("VersionOfAnother", "GET /upstream/b/x HTTQ/1.1"),
    {"PrefaceOfHttp2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    line("TwoBlanksBeforeTheTarget", "GET  /upstream/b/x HTTP/1.1"),
    line("TwoBlanksBehindTheTarget", "GET /upstream/b/x  HTTP/1.1"),
    line("TabsForBlanks", "GET\t/upstream/b/x\tHTTP/1.1"),
    line("BlankAtTheEnd", "GET /upstream/b/x HTTP/1.1 "),
    line("BlankAtTheBegin", " GET /upstream/b/x HTTP/1.1"),
    line("BlankInTheTarget", "GET /upstream/b/x y HTTP/1.1"),
    line("NoTarget", "GET HTTP/1.1"),
    line("EmptyTarget", "GET  HTTP/1.1"),
    line("ColonInTheMethod", "GE:T /upstream/b/x HTTP/1.1"),
    line("BracketsInTheMethod", "GET() /upstream/b/x HTTP/1.1"),
    line("EightBitsInTheMethod", "G\xcb\xd4 /upstream/b/x HTTP/1.1"),
    line("ControlInTheTarget", "GET /upstream/b/\x01 HTTP/1.1"),
    line("DeleteInTheTarget", "GET /upstream/b/\x7f HTTP/1.1"),
    line("TabInTheTarget", "GET /upstream/b/\tx HTTP/1.1"),
    line("NulInTheTarget", "GET /upstream/b/\0 HTTP/1.1"s),
    line("EightBitsInTheTarget", "GET /upstream/b/\xff HTTP/1.1"),
    line("Utf8InTheTarget", "GET /upstream/b/\xc3\xa9 HTTP/1.1"),
    line("TargetWithoutSlash", "GET upstream/b/x HTTP/1.1"),
    line("TargetIsAStar", "OPTIONS * HTTP/1.1"),
    line("TargetIsAQuery", "GET ?model=b HTTP/1.1"),
    line("TargetOfAnotherScheme", "GET ftp://t/upstream/b/x HTTP/1.1"),
    line("TargetWithoutAuthority", "GET http:///upstream/b/x HTTP/1.1"),
    line("TargetWithAUser", "GET http://u@t/upstream/b/x HTTP/1.1"),
    line("TargetWithTwoHosts", "GET http://t,u/upstream/b/x HTTP/1.1"),
    line("TargetIsAnAuthority", "GET t:80 HTTP/1.1"),
    line("Connect", "CONNECT t:80 HTTP/1.1", 501),
    line("Trace", "TRACE /upstream/b/x HTTP/1.1", 501),
    {"AnotherProtocol", "EHLO there\r\n"},
    {"Tls", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s},
    {"LineFeedOnly", "GET /upstream/b/x HTTP/1.1\nHost: t\n\n"},
    {"LineFeedFirst", "\nGET /upstream/b/x HTTP/1.1\r\nHost: t\r\n\r\n"},
    line("CarriageReturnInTheLine", "GET /upstream/b/x\rHTTP/1.1"),
    line("TwoCarriageReturns", "GET /upstream/b/x HTTP/1.1\r"),
    {"EmptyLinesWithoutEnd", "\r\n\r\n\r\n\r\n\r\nGET /upstream/b/x HTTP/1.1\r\nHost: t\r\n\r\n"},
    line("TargetBeyondTheLimit", "GET /upstream/b/" + std::string(70'000, 'x') + " HTTP/1.1", 431),
};

const std::vector<Bad> kFields = {
    sized("LineFeedBetween", "X: y\nZ: z\r\n"),
    {"LineFeedAtTheEnd", kChat + kHost + "Content-Length: 13\r\n\n" + kBody},
    sized("CarriageReturnInAValue", "X: y\rZ: z\r\n"),
    sized("CarriageReturnAtTheBegin", "\rX: y\r\n"),
    sized("NulInAValue", "X: y\0z\r\n"s),
    sized("NulInAName", "X\0: y\r\n"s),
    sized("ControlInAValue", "X: \x01\r\n"),
    sized("VerticalTabInAValue", "X: \x0b\r\n"),
    sized("EscapeInAValue", "X: \x1b[31m\r\n"),
    sized("DeleteInAValue", "X: \x7f\r\n"),
    sized("FoldedByABlank", "X: y\r\n z\r\n"),
    sized("FoldedByATab", "X: y\r\n\tz\r\n"),
    sized("FoldedToNothing", "X: y\r\n \r\n"),
    {"FoldedAtTheBegin", kChat + " X: y\r\n" + kHost + "Content-Length: 13\r\n\r\n" + kBody},
    field("FoldedLength", "Content-Length:\r\n 13\r\n"),
    field("FoldedEncoding", "Transfer-Encoding:\r\n chunked\r\n"),
    field("BlankBeforeTheColon", "Content-Length : 13\r\n"),
    field("TabBeforeTheColon", "Content-Length\t: 13\r\n"),
    sized("EncodingWithABlank", "Transfer-Encoding : chunked\r\n"),
    sized("BlankInAName", "X Y: z\r\n"),
    sized("EmptyName", ": y\r\n"),
    sized("NoColon", "nothing\r\n"),
    sized("EightBitsInAName", "X\xe9: y\r\n"),
    sized("SlashInAName", "X/Y: z\r\n"),
    sized("QuotesInAName", "\"X\": z\r\n"),
    {"NoHost", kChat + "Content-Length: 13\r\n\r\n" + kBody},
    {"NoHostBesideAnAbsoluteTarget", "GET http://t/upstream/b/x HTTP/1.1\r\n\r\n"},
    sized("TwoHosts", "Host: u\r\n"),
    sized("TheSameHostTwice", "host: t\r\n"),
    {"TwoHostsOfOld", "GET /upstream/b/x HTTP/1.0\r\nHost: t\r\nHost: t\r\n\r\n"},
    {"HostList", "GET /upstream/b/x HTTP/1.1\r\nHost: t, u\r\n\r\n"},
    {"HostWithABlank", "GET /upstream/b/x HTTP/1.1\r\nHost: t u\r\n\r\n"},
    {"HostWithAPath", "GET /upstream/b/x HTTP/1.1\r\nHost: t/u\r\n\r\n"},
    {"HostWithAUser", "GET /upstream/b/x HTTP/1.1\r\nHost: u@t\r\n\r\n"},
    {"HostOfEightBits", "GET /upstream/b/x HTTP/1.1\r\nHost: t\xe9\r\n\r\n"},
    sized("HeadBeyondTheLimit", "X: " + std::string(70'000, 'x') + "\r\n", 431),
    sized("TooManyFields", many_fields(300), 431),
    {"AnotherExpectation", kChat + kHost + "Content-Length: 13\r\nExpect: tea\r\n\r\n" + kBody, 417},
};

const std::vector<Bad> kFraming = {
    sized("TheSameLengthTwice", "Content-Length: 13\r\n"),
    sized("TwoLengths", "Content-Length: 14\r\n"),
    field("LengthList", "Content-Length: 13, 13\r\n"),
    field("LengthListOfOne", "Content-Length: 13,\r\n"),
    field("NegativeLength", "Content-Length: -13\r\n"),
    field("SignedLength", "Content-Length: +13\r\n"),
    field("HexLength", "Content-Length: 0xd\r\n"),
    field("EmptyLength", "Content-Length:\r\n"),
    field("LengthWithABlank", "Content-Length: 1 3\r\n"),
    field("LengthWithDecimals", "Content-Length: 13.0\r\n"),
    field("LengthInQuotes", "Content-Length: \"13\"\r\n"),
    field("LengthWithLetters", "Content-Length: 13x\r\n"),
    field("LengthOverSixtyFourBits", "Content-Length: 18446744073709551629\r\n"),
    field("LengthWithoutEnd", "Content-Length: " + std::string(100, '9') + "\r\n"),
    field("LengthUnderscored", "Content_Length: 13\r\n"),
    field("EncodingUnderscored", "Content-Length: 13\r\nTransfer_Encoding: chunked\r\n"),
    field("EncodingGzip", "Transfer-Encoding: gzip\r\n"),
    field("EncodingIdentity", "Transfer-Encoding: identity\r\n"),
    field("EncodingGzipChunked", "Transfer-Encoding: gzip, chunked\r\n"),
    field("EncodingChunkedGzip", "Transfer-Encoding: chunked, gzip\r\n"),
    field("EncodingChunkedChunked", "Transfer-Encoding: chunked, chunked\r\n"),
    field("EncodingPrefixed", "Transfer-Encoding: xchunked\r\n"),
    field("EncodingSuffixed", "Transfer-Encoding: chunkedx\r\n"),
    field("EncodingInQuotes", "Transfer-Encoding: \"chunked\"\r\n"),
    field("EncodingWithParameter", "Transfer-Encoding: chunked;q=1\r\n"),
    field("EncodingBehindAComma", "Transfer-Encoding: , chunked\r\n"),
    field("EncodingBeforeAComma", "Transfer-Encoding: chunked,\r\n"),
    field("EncodingBehindAVerticalTab",
          "Transfer-Encoding: \x0b"
          "chunked\r\n"),
    field("EncodingEmpty", "Transfer-Encoding:\r\n"),
    field("EncodingTwice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    field("EncodingTwiceOtherwise", "Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n"),
    field("EncodingBesideLength", "Transfer-Encoding: chunked\r\nContent-Length: 13\r\n"),
    field("LengthBesideEncoding", "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n"),
    field("LengthBesideNonsense", "Content-Length: 13\r\nTransfer-Encoding: xchunked\r\n"),
    {"EncodingOfOld",
     "POST /v1/chat/completions HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" + kBody +
         "\r\n0\r\n\r\n"},
};

const std::vector<Bad> kChunks = {
    chunks("SizeOfLetters", "xyz\r\n"),
    chunks("NoSize", "\r\n" + kBody),
    chunks("NegativeSize", "-d\r\n" + kBody),
    chunks("SignedSize", "+d\r\n" + kBody),
    chunks("SizeWithPrefix", "0xd\r\n" + kBody),
    chunks("BlankBeforeTheSize", " d\r\n" + kBody),
    chunks("SizeOver63Bits", "8000000000000000\r\n"),
    chunks("SizeOver64Bits", "1000000000000000d\r\n" + kBody),
    chunks("SizeWithAComma", "d,\r\n" + kBody),
    chunks("TwoSizes", "d 2\r\n" + kBody),
    chunks("SizeWithLineFeed", "d\n" + kBody),
    chunks("SizeWithCarriageReturn", "d\r" + kBody),
    chunks("ExtensionWithoutSize", ";x\r\n"),
    chunks("NulInAnExtension", "d;\0\r\n"s + kBody),
    chunks("LineFeedInAnExtension", "d;x\n" + kBody),
    chunks("ControlInAnExtension", "d;x=\x01\r\n" + kBody),
    chunks("ExtensionWithoutEnd", "d;" + std::string(9000, 'x')),
    chunks("MoreThanTheSize", "c\r\n" + kBody + "\r\n0\r\n\r\n"),
    chunks("LineFeedBehindData", "d\r\n" + kBody + "\n0\r\n\r\n"),
    chunks("NothingBehindData", "d\r\n" + kBody + "0\r\n\r\n"),
    chunks("LineFeedAtTheEnd", "d\r\n" + kBody + "\r\n0\r\n\n"),
    chunks("TrailerWithoutColon", "d\r\n" + kBody + "\r\n0\r\nnothing\r\n\r\n"),
    chunks("TrailerWithABlank", "d\r\n" + kBody + "\r\n0\r\nX : y\r\n\r\n"),
    chunks("FoldedTrailer", "d\r\n" + kBody + "\r\n0\r\nX: y\r\n z\r\n\r\n"),
    chunks("NulInATrailer", "d\r\n" + kBody + "\r\n0\r\nX: \0\r\n\r\n"s),
    chunks("LineFeedInATrailer", "d\r\n" + kBody + "\r\n0\r\nX: y\nZ: z\r\n\r\n"),
    chunks("TrailersWithoutEnd", "d\r\n" + kBody + "\r\n0\r\nX: " + std::string(9000, 'x')),
};

// All that comes back before the end of the connection, which must be near.
std::string answer_to(const TestDaemon& daemon, const std::string& bytes) {
  RawClient client(daemon.port());
  // A daemon that has seen enough may have closed before all was sent.
  client.send_some(bytes, kPatience);
  std::string text;
  EXPECT_NE(client.read_to_end(text, Millis(2000)), End::kTimeout) << "the connection stays open";
  return text;
}

void expect_refusal(const std::string& text, int status) {
  EXPECT_EQ(text.substr(0, 13), "HTTP/1.1 " + std::to_string(status) + " ");
  const auto end = text.find("\r\n\r\n");
  ASSERT_NE(end, std::string::npos);
  const std::string length = "\r\nContent-Length: " + std::to_string(text.size() - end - 4) + "\r\n";
  EXPECT_NE(text.find(length), std::string::npos) << "more than one answer: " << text;
  EXPECT_NE(text.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nX-Request-Id: "), std::string::npos);
  const Json body = Json::parse(text.substr(end + 4), nullptr, false);
  ASSERT_TRUE(body.is_object()) << text;
  EXPECT_EQ(body["error"]["code"], "invalid_request");
  EXPECT_FALSE(body["error"]["message"].get<std::string>().empty());
}

// The model that all of them ask for is not loaded: whatever got through would start it.
void expect_refused(const std::vector<Bad>& cases) {
  TestDaemon daemon(two_models(kNames));
  const std::string good = make_request("POST", "/v1/chat/completions", kBody);
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.name);
    expect_refusal(answer_to(daemon, bad.bytes), bad.status);
    expect_refusal(answer_to(daemon, bad.bytes + good), bad.status);
  }
  EXPECT_EQ(daemon.records().count("started"), 0u);
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
}

TEST(RawRefused, RequestLines) { expect_refused(kLines); }
TEST(RawRefused, Fields) { expect_refused(kFields); }
TEST(RawRefused, Framing) { expect_refused(kFraming); }
TEST(RawRefused, Chunks) { expect_refused(kChunks); }

TEST(RawRefused, AreManyAndEachIsAnother) {
  std::vector<std::string> all;
  for (const auto* cases : {&kLines, &kFields, &kFraming, &kChunks}) {
    for (const Bad& bad : *cases) all.push_back(bad.bytes);
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_GE(all.size(), 140u);
}

// Where bodies are passed on as they come, what is broken in the first bytes is not even begun.
TEST(RawRefused, ChunksOnTheirWayThrough) {
  TestDaemon daemon(two_models(kNames));
  for (const char* body :
       {"xyz\r\n", "8000000000000000\r\n", "3\r\nabcd", "d 2\r\n", "0\r\nnothing\r\n\r\n"}) {
    SCOPED_TRACE(body);
    const std::string head =
        "POST /upstream/b/echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    expect_refusal(answer_to(daemon, head + body), 400);
  }
  EXPECT_EQ(daemon.records().count("started"), 0u);
}

// What breaks later ends at the upstream as well: no server may take the part for the whole.
TEST(RawRefused, ChunksThatBreakOnTheirWay) {
  TestDaemon daemon(two_models(kNames));
  RawClient client(daemon.port());
  client.send("POST /upstream/a/echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  daemon.records().wait_for("head", "a");
  client.send("xyz\r\n" + make_request("GET", "/unload"));
  std::string text;
  EXPECT_NE(client.read_to_end(text, Millis(4000)), End::kTimeout);
  expect_refusal(text, 400);
  EXPECT_EQ(daemon.records().count("request", "a"), 0u);
}

}  // namespace
}  // namespace paddock::test
