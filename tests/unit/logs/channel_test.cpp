#include "paddock/logs/channel.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::logs {
namespace {

TEST(Channel, GivesBackWhatWasWritten) {
  Channel channel(16);
  channel.write("hello ");
  channel.write("world");
  const Chunk all = channel.read_from(0, 100);
  EXPECT_EQ(all.bytes, "hello world");
  EXPECT_EQ(all.next, 11u);
  EXPECT_EQ(all.lost, 0u);
  EXPECT_EQ(channel.read_from(6, 3).bytes, "wor");
  EXPECT_EQ(channel.read_from(6, 3).next, 9u);
}

TEST(Channel, HasNothingNewerAtAndPastTheEnd) {
  Channel channel(16);
  channel.write("abc");
  for (const std::uint64_t offset : {3u, 4u, 1000u}) {
    const Chunk chunk = channel.read_from(offset, 10);
    EXPECT_EQ(chunk.bytes, "");
    EXPECT_EQ(chunk.next, 3u);
    EXPECT_EQ(chunk.lost, 0u);
  }
}

TEST(Channel, CountsLostBytesExactly) {
  Channel channel(4);
  channel.write("abcdef");
  EXPECT_EQ(channel.begin_offset(), 2u);
  EXPECT_EQ(channel.end_offset(), 6u);
  const Chunk chunk = channel.read_from(1, 10);
  EXPECT_EQ(chunk.bytes, "cdef");
  EXPECT_EQ(chunk.lost, 1u);
  EXPECT_EQ(chunk.next, 6u);
}

// Every capacity, every size of write, every reading offset and limit of a small ring against a plain string.
TEST(Channel, AgreesWithAStringAtEveryBoundary) {
  for (std::size_t capacity = 1; capacity <= 9; ++capacity) {
    for (std::size_t step = 1; step <= 2 * capacity + 1; ++step) {
      Channel channel(capacity);
      std::string truth;
      while (truth.size() < 5 * capacity) {
        std::string piece;
        for (std::size_t i = 0; i < step; ++i) {
          piece += static_cast<char>('a' + (truth.size() + i) % 26);
        }
        channel.write(piece);
        truth += piece;
        const std::size_t begin = truth.size() > capacity ? truth.size() - capacity : 0;
        ASSERT_EQ(channel.begin_offset(), begin);
        ASSERT_EQ(channel.end_offset(), truth.size());
        for (std::size_t offset = 0; offset <= truth.size(); ++offset) {
          for (const std::size_t limit : {std::size_t{1}, capacity - 1, capacity, capacity + 1}) {
            const std::size_t from = std::max(begin, offset);
            const Chunk chunk = channel.read_from(offset, limit);
            ASSERT_EQ(chunk.bytes, truth.substr(from, limit));
            ASSERT_EQ(chunk.next, from + chunk.bytes.size());
            ASSERT_EQ(chunk.lost, from - offset);
          }
        }
      }
    }
  }
}

TEST(Channel, KeepsTheEndOfOneHugeWrite) {
  Channel channel(8);
  channel.write("xy");
  channel.write(std::string(1000, '-') + "12345678");
  EXPECT_EQ(channel.end_offset(), 1010u);
  EXPECT_EQ(channel.read_from(0, 100).bytes, "12345678");
  EXPECT_EQ(channel.read_from(0, 100).lost, 1002u);
}

TEST(Channel, TailIsTheLastCompleteLines) {
  Channel channel(100);
  EXPECT_EQ(channel.tail_lines(50), "");
  channel.write("one\ntwo\nthree\nunfini");
  EXPECT_EQ(channel.tail_lines(50), "one\ntwo\nthree\n");
  EXPECT_EQ(channel.tail_lines(14), "one\ntwo\nthree\n");
  EXPECT_EQ(channel.tail_lines(13), "two\nthree\n");
  EXPECT_EQ(channel.tail_lines(10), "two\nthree\n");
  EXPECT_EQ(channel.tail_lines(9), "three\n");
  EXPECT_EQ(channel.tail_lines(5), "");
}

TEST(Channel, TailDropsALineWhoseStartIsForgotten) {
  Channel channel(8);
  channel.write("one\ntwo\nsix\n");  // "two\nsix\n" is left, and nobody knows what stood before it
  EXPECT_EQ(channel.tail_lines(100), "six\n");
}

TEST(Channel, TailOfASingleUnfinishedLineIsEmpty) {
  Channel channel(8);
  channel.write("no line end here");
  EXPECT_EQ(channel.tail_lines(100), "");
}

}  // namespace
}  // namespace paddock::logs
