#include "response_head.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::http {
namespace {

using namespace std::chrono_literals;
using Outcome = ResponseHeadReader::Outcome;

constexpr std::size_t kLimit = 1024;

std::string describe(ResponseHeadReader& reader, Outcome outcome) {
  if (outcome == Outcome::kNeedMore) return "more";
  if (outcome == Outcome::kBad) return reader.error().empty() ? "bad without a sentence" : "bad";
  const ResponseHead& head = reader.head();
  std::string out = std::to_string(head.status());
  if (head.framing() == Framing::kNone) out += " none";
  if (head.framing() == Framing::kLength) out += " length=" + std::to_string(head.content_length());
  if (head.framing() == Framing::kChunked) out += " chunked";
  if (head.framing() == Framing::kUntilClose) out += " until-close";
  return head.reusable() ? out + " reusable" : out;
}

std::string read(std::string_view text, bool to_head = false) {
  ResponseHeadReader reader(kLimit, to_head);
  const std::string whole = describe(reader, reader.parse(text));
  ResponseHeadReader slow(kLimit, to_head);
  Outcome outcome = Outcome::kNeedMore;
  for (std::size_t size = 1; size <= text.size() && outcome == Outcome::kNeedMore; ++size)
    outcome = slow.parse(text.substr(0, size));
  EXPECT_EQ(describe(slow, outcome), whole) << "byte by byte: " << text;
  return whole;
}

std::string ok(const std::string& lines) { return read("HTTP/1.1 200 OK\r\n" + lines + "\r\n"); }

TEST(ResponseHead, FramingFollowsTheFields) {
  EXPECT_EQ(ok("Content-Length: 5\r\n"), "200 length=5 reusable");
  EXPECT_EQ(ok("Content-Length: 0\r\n"), "200 length=0 reusable");
  EXPECT_EQ(ok("Transfer-Encoding: chunked\r\n"), "200 chunked reusable");
  EXPECT_EQ(ok("transfer-encoding: Chunked \r\n"), "200 chunked reusable");
  EXPECT_EQ(ok(""), "200 until-close");
}

TEST(ResponseHead, SomeAnswersHaveNoBody) {
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n"), "204 none reusable");
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), "204 none reusable");
  EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), "304 none reusable");
  EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"), "304 none reusable");
  EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\n"), "100 none reusable");
  EXPECT_EQ(read("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"), "103 none reusable");
}

TEST(ResponseHead, KnowsStreamsByTheirType) {
  const auto is_stream = [](const std::string& type) {
    ResponseHeadReader reader(kLimit, false);
    reader.parse("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: 0\r\n\r\n");
    return reader.head().is_stream();
  };
  EXPECT_TRUE(is_stream("text/event-stream"));
  EXPECT_TRUE(is_stream("Text/Event-Stream ; charset=utf-8"));
  EXPECT_TRUE(is_stream("application/x-ndjson"));
  EXPECT_FALSE(is_stream("application/json"));
  EXPECT_FALSE(is_stream("text/event-stream-not"));
}

TEST(ResponseHead, AnAnswerToHeadHasNoBody) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true), "200 none reusable");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true), "200 none reusable");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\n", true), "200 none reusable");
}

// Beast says no.
TEST(ResponseHead, BothFramingsAreRefused) {
  EXPECT_EQ(ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), "bad");
  EXPECT_EQ(ok("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), "bad");
}

TEST(ResponseHead, UnclearFramingIsRefused) {
  for (const char* lines : {
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: x\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n",
       }) {
    EXPECT_EQ(ok(lines), "bad") << lines;
  }
}

TEST(ResponseHead, ReusableOnlyIfTheUpstreamLetsIt) {
  EXPECT_EQ(ok("Content-Length: 5\r\nConnection: close\r\n"), "200 length=5");
  EXPECT_EQ(ok("Connection: x\r\nContent-Length: 5\r\nConnection: close\r\n"), "200 length=5");
  EXPECT_EQ(ok("Content-Length: 5\r\nConnection: Keep-Alive\r\n"), "200 length=5 reusable");
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n"), "200 length=5");
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"),
            "200 length=5 reusable");
}

TEST(ResponseHead, ChunksUnderHttp10AreNotTrustedFurther) {
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"),
            "200 chunked");
}

TEST(ResponseHead, GarbageIsRefused) {
  for (const char* text : {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 600 x\r\n\r\n",
                           "HTTP/1.1 000 x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/2 200\r\n\r\n", "\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\r\n\r\n"}) {
    EXPECT_EQ(read(text), "bad") << text;
  }
}

TEST(ResponseHead, WhatTwoProgramsCouldReadDifferentlyIsRefused) {
  for (const char* lines :
       {"A: b\r\n c\r\n", "A: b\r\n\tContent-Length: 5\r\n", "A: b\rContent-Length: 5\r\n", "A : b\r\n",
        "A b: c\r\n", "A: \x01\r\n", "A\xc3: b\r\n", ": b\r\n"}) {
    EXPECT_EQ(ok(std::string("Content-Length: 5\r\n") + lines), "bad") << lines;
  }
  EXPECT_EQ(ok(std::string("Content-Length: 5\r\nA: \0\r\n", 25)), "bad");
  EXPECT_EQ(ok("Content-Length: 5\r\nA: caf\xc3\xa9\r\n"), "200 length=5 reusable");
  EXPECT_EQ(read("HTTP/1.1 200 OK\n"), "bad") << "without waiting for an end";
}

TEST(ResponseHead, FieldsAreCounted) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 256; ++i) text += "A:\r\n";
  EXPECT_EQ(read(text + "\r\n"), "bad") << "longer than this test's limit";
  ResponseHeadReader reader(64 << 10, false);
  EXPECT_EQ(reader.parse(text + "\r\n"), Outcome::kDone);
  ResponseHeadReader another(64 << 10, false);
  EXPECT_EQ(another.parse(text + "A:\r\n\r\n"), Outcome::kBad);
}

TEST(ResponseHead, LongHeadsAreRefused) {
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: ";
  const std::size_t room = kLimit - start.size() - 4;
  EXPECT_EQ(read(start + std::string(room, 'x') + "\r\n\r\n"), "200 length=5 reusable");
  for (std::size_t more = 1; more < 8; ++more)
    EXPECT_EQ(read(start + std::string(room + more, 'x') + "\r\n\r\n"), "bad") << more;
  EXPECT_EQ(read(start + std::string(2 * kLimit, 'x')), "bad");
}

TEST(ResponseHead, WhatFollowsIsNotConsumed) {
  const std::string head = "HTTP/1.1 200 Fine By Me\r\nContent-Length: 2\r\n\r\n";
  ResponseHeadReader reader(kLimit, false);
  ASSERT_EQ(reader.parse(head + "hi"), Outcome::kDone);
  EXPECT_EQ(reader.consumed(), head.size());
  EXPECT_EQ(reader.head().reason(), "Fine By Me");
}

TEST(ResponseHead, AnEmptyReasonBecomesTheUsualOne) {
  ResponseHeadReader reader(kLimit, false);
  ASSERT_EQ(reader.parse("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n"), Outcome::kDone);
  EXPECT_EQ(reader.head().reason(), "OK");
}

std::optional<std::chrono::seconds> timeout(const std::string& value) {
  ResponseHeadReader reader(kLimit, false);
  EXPECT_EQ(reader.parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + value + "\r\n"), Outcome::kDone);
  return reader.head().keep_alive_timeout();
}

TEST(ResponseHead, KeepAliveTimeout) {
  EXPECT_EQ(timeout(""), std::nullopt);
  EXPECT_EQ(timeout("Keep-Alive: timeout=5, max=100\r\n"), 5s);
  EXPECT_EQ(timeout("keep-alive: max=100, Timeout=0\r\n"), 0s);
  EXPECT_EQ(timeout("Keep-Alive: timeout=999999999\r\n"), 86'400s);
  EXPECT_EQ(timeout("Keep-Alive: timeout=\r\n"), std::nullopt);
  EXPECT_EQ(timeout("Keep-Alive: timeout=x\r\n"), std::nullopt);
  EXPECT_EQ(timeout("Keep-Alive: max=100\r\n"), std::nullopt);
}

}  // namespace
}  // namespace paddock::http
