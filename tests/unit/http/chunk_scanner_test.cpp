#include "chunk_scanner.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace paddock::http {

// Found by GoogleTest.
inline void PrintTo(ChunkScanner::State state, std::ostream* out) {
  static constexpr const char* kNames[] = {"kMore", "kDone", "kBad"};
  *out << kNames[static_cast<int>(state)];
}

namespace {

using State = ChunkScanner::State;

struct Scanned {
  State state = State::kMore;
  std::size_t consumed = 0;
  std::string payload;
  std::uint64_t payload_bytes = 0;

  friend bool operator==(const Scanned&, const Scanned&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Scanned& scanned) {
    return out << "state " << static_cast<int>(scanned.state) << ", consumed " << scanned.consumed
               << ", payload \"" << scanned.payload << "\" (" << scanned.payload_bytes << ")";
  }
};

// Feeds one piece; false once the body is over.
bool feed(ChunkScanner& scanner, std::string_view piece, Scanned& scanned) {
  std::vector<std::string_view> runs;
  const std::size_t used = scanner.feed(piece, &runs);
  scanned.consumed += used;
  for (const std::string_view run : runs) scanned.payload.append(run);
  scanned.state = scanner.state();
  scanned.payload_bytes = scanner.payload_bytes();
  if (scanned.state == State::kMore) {
    EXPECT_EQ(used, piece.size());
  }
  return scanned.state == State::kMore;
}

Scanned scan(std::string_view first, std::string_view second = {}) {
  ChunkScanner scanner;
  Scanned scanned;
  if (feed(scanner, first, scanned)) feed(scanner, second, scanned);
  return scanned;
}

Scanned scan_bytewise(std::string_view text) {
  ChunkScanner scanner;
  Scanned scanned;
  while (!text.empty() && feed(scanner, text.substr(0, 1), scanned)) text.remove_prefix(1);
  return scanned;
}

State state_of(std::string_view text) {
  const State whole = scan(text).state;
  EXPECT_EQ(scan_bytewise(text).state, whole) << text;
  return whole;
}

const std::string kBody =
    "5\r\nhello\r\n"
    "7;name=\"a;b\";x\r\n, world\r\n"
    "0000A \r\n\r\n0\r\n\r\n\r\n!\r\n"
    "0;last\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n";
const std::string kPayload = "hello, world\r\n0\r\n\r\n\r\n!";

TEST(ChunkScanner, TakesExtensionsAndTrailers) {
  const Scanned expected{State::kDone, kBody.size(), kPayload, kPayload.size()};
  EXPECT_EQ(scan(kBody), expected);
  EXPECT_EQ(scan_bytewise(kBody), expected);
}

TEST(ChunkScanner, EverySplitGivesTheSame) {
  const Scanned expected = scan(kBody);
  const std::string_view text = kBody;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(scan(text.substr(0, cut), text.substr(cut)), expected) << "cut at " << cut;
  }
}

TEST(ChunkScanner, StopsAtItsEnd) {
  const std::string text = kBody + "GET / HTTP/1.1\r\n\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    const Scanned scanned = scan(view.substr(0, cut), view.substr(cut));
    EXPECT_EQ(scanned.state, State::kDone);
    EXPECT_EQ(scanned.consumed, kBody.size()) << "cut at " << cut;
  }
}

TEST(ChunkScanner, NoPrefixIsTheWhole) {
  const std::string_view text = kBody;
  for (std::size_t cut = 0; cut < text.size(); ++cut)
    EXPECT_EQ(scan(text.substr(0, cut)).state, State::kMore);
}

TEST(ChunkScanner, TakesNothingMoreOnceItEnded) {
  ChunkScanner scanner;
  EXPECT_EQ(scanner.feed("0\r\n\r\n"), 5u);
  EXPECT_EQ(scanner.feed("5\r\nhello\r\n"), 0u);
  EXPECT_EQ(scanner.state(), State::kDone);
  ChunkScanner broken;
  broken.feed("x");
  EXPECT_EQ(broken.feed("0\r\n\r\n"), 0u);
  EXPECT_EQ(broken.state(), State::kBad);
}

TEST(ChunkScanner, CountsWithoutPayload) {
  ChunkScanner scanner;
  EXPECT_EQ(scanner.feed(kBody), kBody.size());
  EXPECT_EQ(scanner.payload_bytes(), kPayload.size());
}

TEST(ChunkScanner, RefusesBrokenSizes) {
  for (const char* text :
       {"\r\n", "g\r\n", "-1\r\n", "+5\r\n", " 5\r\n", ";x\r\n", "0x5\r\n", "5\n", "5,\r\n", "5\r\r\n",
        "5\rx", "\n5\r\n", "5\"\r\n", "5 6\r\n", "5 x\r\n", "5\t0\r\n"}) {
    EXPECT_EQ(state_of(text), State::kBad) << text;
  }
  EXPECT_EQ(state_of(std::string_view("5\0\r\n", 4)), State::kBad);
}

TEST(ChunkScanner, RefusesBrokenExtensions) {
  EXPECT_EQ(state_of("5;a\nhello\r\n"), State::kBad);
  EXPECT_EQ(state_of("5;a\rb\r\n"), State::kBad);
  EXPECT_EQ(state_of(std::string_view("5;\0\r\n", 5)), State::kBad);
  EXPECT_EQ(state_of("5;a=\x01\r\n"), State::kBad);
  EXPECT_EQ(state_of("5 \t;\ta=\"\xc3\xa9\"\r\n"), State::kMore);
}

TEST(ChunkScanner, RefusesDataThatDoesNotEndWithItsChunk) {
  for (const char* text : {"5\r\nhello\n", "5\r\nhello!\r\n", "5\r\nhello\rx", "5\r\nhello0\r\n\r\n"}) {
    EXPECT_EQ(state_of(text), State::kBad) << text;
  }
}

TEST(ChunkScanner, RefusesBrokenTrailers) {
  for (const char* text :
       {"0\r\n\n", "0\r\n\rx", "0\r\nA: b\n\r\n", "0\r\nA: b\rx", "0\r\nA: b\r\n\n", "0\r\nno colon\r\n",
        "0\r\nA b: c\r\n", "0\r\nA : b\r\n", "0\r\n: b\r\n", "0\r\n A: b\r\n", "0\r\nA: b\r\n c\r\n",
        "0\r\nA: \x01\r\n", "0\r\n\xc3: b\r\n", "0\r\nA\r\n"}) {
    EXPECT_EQ(state_of(text), State::kBad) << text;
  }
  EXPECT_EQ(state_of(std::string_view("0\r\n\0\r\n", 6)), State::kBad);
  EXPECT_EQ(state_of(std::string_view("0\r\nA\0\r\n", 7)), State::kBad);
}

TEST(ChunkScanner, SizesFit63Bits) {
  EXPECT_EQ(state_of("7fffffffffffffff\r\nx"), State::kMore);
  EXPECT_EQ(state_of("7FFFFFFFFFFFFFFF\r\nx"), State::kMore);
  EXPECT_EQ(state_of("8000000000000000\r\n"), State::kBad);
  EXPECT_EQ(state_of("10000000000000000\r\n"), State::kBad);
  EXPECT_EQ(state_of("ffffffffffffffffffffffff\r\n"), State::kBad);
}

TEST(ChunkScanner, LinesAreBounded) {
  const std::string fits(8000, 'x');
  const std::string too_long(9000, 'x');
  EXPECT_EQ(state_of("1;" + fits + "\r\na\r\n0\r\n\r\n"), State::kDone);
  EXPECT_EQ(state_of("1;" + too_long), State::kBad);
  EXPECT_EQ(state_of("0\r\nA: " + fits + "\r\n\r\n"), State::kDone);
  EXPECT_EQ(state_of("0\r\nA: " + too_long), State::kBad);
  EXPECT_EQ(state_of(std::string(9000, '0')), State::kBad) << "zeros without end are a long line, too";
}

TEST(ChunkScanner, AllTrailersTogetherAreBounded) {
  std::string text = "0\r\n";
  for (int i = 0; i < 100; ++i) text += "A: " + std::string(97, 'x') + "\r\n";
  EXPECT_EQ(state_of(text + "\r\n"), State::kBad);
}

}  // namespace
}  // namespace paddock::http
