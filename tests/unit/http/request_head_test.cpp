#include "request_head.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace paddock::http {
namespace {

using Outcome = RequestHeadReader::Outcome;

constexpr std::size_t kLimit = 1024;

// What a head must look like to somebody who reads the test's failure.
std::string describe(RequestHeadReader& reader, Outcome outcome) {
  if (outcome == Outcome::kNeedMore) return "more";
  if (outcome == Outcome::kBad) return std::to_string(reader.error().status);
  RequestHead& head = reader.head();
  std::string out(head.method());
  out.append(" ").append(head.target()).append(head.http10() ? " 1.0" : "");
  if (head.keep_alive()) out += " keep";
  if (head.chunked()) out += " chunked";
  if (head.content_length() > 0) out += " length=" + std::to_string(head.content_length());
  if (head.expects_continue()) out += " expects";
  return out;
}

std::string read(std::string_view text) {
  RequestHeadReader reader(kLimit);
  const std::string whole = describe(reader, reader.parse(text));
  RequestHeadReader slow(kLimit);
  Outcome outcome = Outcome::kNeedMore;
  for (std::size_t size = 1; size <= text.size() && outcome == Outcome::kNeedMore; ++size)
    outcome = slow.parse(text.substr(0, size));
  EXPECT_EQ(describe(slow, outcome), whole) << "byte by byte: " << text;
  return whole;
}

// A POST under HTTP/1.1 with these header lines, each ending with CRLF.
std::string post(const std::string& lines) {
  return read("POST /v1/x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
}

TEST(RequestHead, ReadsAPlainRequest) {
  EXPECT_EQ(read("GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n"), "GET /a?b=c keep");
  EXPECT_EQ(read("PROPFIND / HTTP/1.1\r\nhOST: a\r\n\r\n"), "PROPFIND / keep");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "GET / keep");
  EXPECT_EQ(post("Content-Length: 12\r\n"), "POST /v1/x keep length=12");
}

TEST(RequestHead, PathIsTheTargetWithoutTheQuery) {
  RequestHeadReader reader(kLimit);
  ASSERT_EQ(reader.parse("HEAD /a%2fb?c?d HTTP/1.1\r\nHost: a\r\n\r\n"), Outcome::kDone);
  EXPECT_EQ(reader.head().path(), "/a%2fb");
  EXPECT_TRUE(reader.head().is_head());
}

TEST(RequestHead, WhatFollowsIsNotConsumed) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
  RequestHeadReader reader(kLimit);
  ASSERT_EQ(reader.parse(head + "hiGET / HTTP/1.1\r\n\r\n"), Outcome::kDone);
  EXPECT_EQ(reader.consumed(), head.size());
}

TEST(RequestHead, SkipsAFewEmptyLinesFirst) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string text = "\r\n\r\n" + head;
  EXPECT_EQ(read(text), "GET / keep");
  RequestHeadReader reader(kLimit);
  ASSERT_EQ(reader.parse(text + "x"), Outcome::kDone);
  EXPECT_EQ(reader.consumed(), text.size());
  EXPECT_EQ(read("\r\n\r\n\r\n\r\n\r\n\r\n\r\n" + head), "400");
  EXPECT_EQ(read("\r\n\r\n"), "more");
}

TEST(RequestHead, TheReadersHeadOutlivesTheBuffer) {
  RequestHeadReader reader(kLimit);
  {
    std::string text = "PATCH /some/longer/target/that/is/no/small/string HTTP/1.1\r\nHost: a\r\n\r\n";
    ASSERT_EQ(reader.parse(text), Outcome::kDone);
    text.assign(text.size(), '#');
  }
  EXPECT_EQ(describe(reader, Outcome::kDone), "PATCH /some/longer/target/that/is/no/small/string keep");
}

TEST(RequestHead, RefusesFoldedLines) {
  EXPECT_EQ(post("X-A: b\r\n c\r\n"), "400");
  EXPECT_EQ(post("X-A: b\r\n\tc\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), "400");
}

TEST(RequestHead, RefusesBareLineEnds) {
  EXPECT_EQ(post("X-A: b\nContent-Length: 5\r\n"), "400");
  EXPECT_EQ(post("X-A: b\rContent-Length: 5\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.1\nHost: a\n\r\n\r\n"), "400");
}

TEST(RequestHead, RefusesBlanksInNames) {
  EXPECT_EQ(post("Content-Length : 5\r\n"), "400");
  EXPECT_EQ(post("Transfer-Encoding : chunked\r\n"), "400");
  EXPECT_EQ(post("X A: 5\r\n"), "400");
  EXPECT_EQ(post(": 5\r\n"), "400");
}

TEST(RequestHead, HostMustBeThereOnce) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: b\r\n\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), "400");
}

TEST(RequestHead, ContentLengthMustBeOneNumber) {
  EXPECT_EQ(post("Content-Length: 0\r\n"), "POST /v1/x keep");
  EXPECT_EQ(post("Content-Length: 000000000000000005\r\n"), "POST /v1/x keep length=5");
  for (const char* lines : {
           "Content-Length: 5, 5\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 5 5\r\n",
           "Content-Length: 5.0\r\n",
           "Content-Length: \r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Content-Length: 18446744073709551617\r\n",
       }) {
    EXPECT_EQ(post(lines), "400") << lines;
  }
}

TEST(RequestHead, TransferEncodingMustBeOneChunked) {
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n"), "POST /v1/x keep chunked");
  EXPECT_EQ(post("transfer-encoding:\tChunKed \r\n"), "POST /v1/x keep chunked");
  for (const char* lines : {
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: chunked, gzip\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding: chunked;a=b\r\n",
           "Transfer-Encoding: ,chunked\r\n",
           "Transfer-Encoding: \x0b"
           "chunked\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
       }) {
    EXPECT_EQ(post(lines), "400") << lines;
  }
  EXPECT_EQ(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "400");
}

TEST(RequestHead, TheTargetIsAPathOfVisibleAscii) {
  for (const char* target : {"*", "a", "?a", "a:80", "/caf\xc3\xa9", "/\x7f", "/\x01", "ftp://a/b",
                             "http:///b", "http://u@a/b", "http://a b/", "http:/a", "http://a\\b/"}) {
    EXPECT_EQ(read(std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n"), "400") << target;
  }
  EXPECT_EQ(read("GET  HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET\t/a HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET /a HTTP/1.1 \r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("GET //a/../b HTTP/1.1\r\nHost: a\r\n\r\n"), "GET //a/../b keep");
}

// The target, and the Host that everybody behind the parser sees.
std::string absolute(const std::string& target, const std::string& version = "1.1") {
  RequestHeadReader reader(kLimit);
  const std::string hosts = version == "1.1" ? "Host: other\r\n" : "";
  const auto outcome = reader.parse("GET " + target + " HTTP/" + version + "\r\n" + hosts + "\r\n");
  if (outcome != Outcome::kDone) return "refused";
  EXPECT_EQ(reader.head().fields().count("Host"), 1u);
  const std::string_view host = view(reader.head().fields()["Host"]);
  return std::string(reader.head().target()) + " at " + std::string(host);
}

TEST(RequestHead, AnAbsoluteTargetBecomesItsPath) {
  EXPECT_EQ(absolute("http://a:8080/b%2Fc?d=http://e/"), "/b%2Fc?d=http://e/ at a:8080");
  EXPECT_EQ(absolute("HTTPS://[::1]:80/b"), "/b at [::1]:80");
  EXPECT_EQ(absolute("http://a"), "/ at a");
  EXPECT_EQ(absolute("http://a?b"), "/?b at a");
  EXPECT_EQ(absolute("http://a/b", "1.0"), "/b at a");
  EXPECT_EQ(absolute("/http://a/b"), "/http://a/b at other");
  EXPECT_EQ(read("GET http://a/b HTTP/1.1\r\n\r\n"), "400") << "a Host is wanted all the same";
}

TEST(RequestHead, MethodsForProxiesAreRefused) {
  EXPECT_EQ(read("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), "501");
  EXPECT_EQ(read("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), "501");
  EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(read("get / HTTP/1.1\r\nHost: a\r\n\r\n"), "get / keep") << "a method like any other";
}

TEST(RequestHead, OtherVersionsAreRefused) {
  for (const char* version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/1", "HTTP/1.10", "HTTP/01.1",
                              "http/1.1", "HTTQ/1.1", "HTTP/1.1x", "HTTP/a.b", "HTTP/ 1.1"}) {
    EXPECT_EQ(read(std::string("GET / ") + version + "\r\nHost: a\r\n\r\n"), "400") << version;
  }
  EXPECT_EQ(read("GET /\r\n\r\n"), "400");
  EXPECT_EQ(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "400");
}

TEST(RequestHead, NonsenseIsKnownBeforeItsEnd) {
  for (const std::string text : {"GET /\r\n", "hello\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n",
                                 "GET / HTTP/1.1\r\nA: b\rc", "\x16\x03\x01\x02",
                                 "GET / HTTP/1.1\r\nA: b\r\n c", "\n", "\rG", "GET / HTTP/1.1\r\nA: \x01"}) {
    EXPECT_EQ(read(text), "400") << text;
  }
  EXPECT_EQ(read(std::string_view("GET /\0", 6)), "400");
}

// Eight bytes are looked at together where there are so many.
TEST(RequestHead, AByteCountsTheSameWhereverItStands) {
  for (std::size_t place = 0; place < 24; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string value(24, 'v');
      value[place] = static_cast<char>(c);
      const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: y" + value + "z\r\n\r\n";
      const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
      EXPECT_EQ(read(text), control ? "400" : "GET / keep") << c << " at " << place;
    }
  }
}

TEST(RequestHead, ControlBytesAreRefused) {
  for (char c = 1; c < 0x20; ++c) {
    if (c == '\t' || c == '\r' || c == '\n') continue;
    EXPECT_EQ(post(std::string("X-A: b") + c + "c\r\n"), "400") << int{c};
    EXPECT_EQ(post(std::string("X-") + c + "A: b\r\n"), "400") << int{c};
  }
  EXPECT_EQ(post(std::string("X-A: b\0c\r\n", 10)), "400");
  EXPECT_EQ(post("X-A: b\x7f\r\n"), "400");
  EXPECT_EQ(post("X-A: b\tc\r\n"), "POST /v1/x keep");
  EXPECT_EQ(post("X-A: caf\xc3\xa9 \xff\r\n"), "POST /v1/x keep") << "values may hold bytes of old";
  EXPECT_EQ(post("X-\xc3\xa9: b\r\n"), "400");
  EXPECT_EQ(post("X-Empty:\r\n"), "POST /v1/x keep");
}

TEST(RequestHead, TheHostIsAName) {
  for (const char* host : {"a b", "a,b", "a/b", "u@a", "a?b", "a#b", "a\\b", "caf\xc3\xa9", "\"a\""}) {
    EXPECT_EQ(read(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), "400") << host;
  }
  for (const char* host : {"", "a", "A-b_c.d", "127.0.0.1:8080", "[::1]:80", "[fe80::1%25eth0]"}) {
    EXPECT_EQ(read(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), "GET / keep") << host;
  }
}

TEST(RequestHead, ImitationsOfTheFramingAreRefused) {
  EXPECT_EQ(post("Content_Length: 5\r\n"), "400");
  EXPECT_EQ(post("transfer_ENCODING: chunked\r\n"), "400");
  EXPECT_EQ(post("Content_Type: a\r\nX_Content_Length: 5\r\n"), "POST /v1/x keep");
}

TEST(RequestHead, FieldsAreCounted) {
  const auto with = [](int fields) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < fields; ++i) text += "A:\r\n";
    RequestHeadReader reader(64 << 10);
    return describe(reader, reader.parse(text + "\r\n"));
  };
  EXPECT_EQ(with(256), "GET / keep");
  EXPECT_EQ(with(257), "431");
}

std::string id_of(const std::string& lines) {
  RequestHeadReader reader(kLimit);
  reader.parse("GET / HTTP/1.1\r\n" + lines + "\r\n");
  return std::string(reader.head().request_id());
}

TEST(RequestHead, EveryRequestHasAnId) {
  EXPECT_EQ(id_of("Host: a\r\nx-request-ID: my/id:1 \r\n"), "my/id:1");
  EXPECT_EQ(id_of("X-Request-Id: mine\r\n"), "mine") << "also where it is refused";
  EXPECT_EQ(id_of("Host: a\r\nX-Request-Id: " + std::string(128, 'x') + "\r\n"), std::string(128, 'x'));
  std::set<std::string> ours;
  for (const std::string& lines :
       {std::string("Host: a\r\n"), std::string("Host: a\r\n"), std::string("bad\r\n"),
        std::string("Host: a\r\nX-Request-Id: a b\r\n"), std::string("Host: a\r\nX-Request-Id:\r\n"),
        std::string("Host: a\r\nX-Request-Id: caf\xc3\xa9\r\n"),
        std::string("Host: a\r\nX-Request-Id: a\r\nX-Request-Id: a\r\n"),
        "Host: a\r\nX-Request-Id: " + std::string(129, 'x') + "\r\n"}) {
    const std::string id = id_of(lines);
    EXPECT_EQ(id.size(), 32u) << lines;
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    EXPECT_TRUE(ours.insert(id).second) << "not its own: " << id;
  }
}

TEST(RequestHead, ABodyThatBeginsBrokenIsSeenWithItsHead) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  RequestHeadReader reader(kLimit);
  ASSERT_EQ(reader.parse(head), Outcome::kDone);
  EXPECT_TRUE(reader.check_body_begin(""));
  EXPECT_TRUE(reader.check_body_begin("3\r\nab"));
  EXPECT_TRUE(reader.check_body_begin("0\r\n\r\nnext"));
  EXPECT_FALSE(reader.check_body_begin("3\r\nabcd"));
  EXPECT_EQ(reader.error().status, 400);
  RequestHeadReader plain(kLimit);
  ASSERT_EQ(plain.parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"), Outcome::kDone);
  EXPECT_TRUE(plain.check_body_begin("xyz"));
}

TEST(RequestHead, OldClientsGetNoKeepAlive) {
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n"), "GET / 1.0");
  EXPECT_EQ(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "GET / 1.0");
}

TEST(RequestHead, CloseIsObeyed) {
  EXPECT_EQ(post("Connection: close\r\n"), "POST /v1/x");
  EXPECT_EQ(post("Connection: x, Close\r\n"), "POST /v1/x");
  EXPECT_EQ(post("Connection: x\r\nConnection: close\r\n"), "POST /v1/x");
  EXPECT_EQ(post("Connection: keep-alive\r\n"), "POST /v1/x keep");
}

TEST(RequestHead, OnlyOneExpectationCanBeMet) {
  EXPECT_EQ(post("Content-Length: 5\r\nExpect: 100-Continue\r\n"), "POST /v1/x keep length=5 expects");
  EXPECT_EQ(post("Content-Length: 5\r\nExpect: tea\r\n"), "417");
  EXPECT_EQ(read("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
            "POST / 1.0 length=5");
}

TEST(RequestHead, LongHeadsAre431) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::size_t room = kLimit - start.size() - 4;
  EXPECT_EQ(read(start + std::string(room, 'x') + "\r\n\r\n"), "GET / keep");
  EXPECT_EQ(read(start + std::string(room + 1, 'x') + "\r\n\r\n"), "431");
  EXPECT_EQ(read(start + std::string(2 * kLimit, 'x')), "431");
}

TEST(RequestHead, EveryRefusalHasASentence) {
  RequestHeadReader reader(kLimit);
  ASSERT_EQ(reader.parse("GET / HTTP/1.1\r\n\r\n"), Outcome::kBad);
  EXPECT_FALSE(reader.error().message.empty());
}

TEST(ParseLength, TakesDigitsOnly) {
  EXPECT_EQ(parse_length("0"), 0u);
  EXPECT_EQ(parse_length("999999999999999999"), 999'999'999'999'999'999u);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1,1", "1e3", "1000000000000000000"}) {
    EXPECT_EQ(parse_length(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace paddock::http
