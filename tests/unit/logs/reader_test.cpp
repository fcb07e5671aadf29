#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "paddock/logs/channel.h"

namespace paddock::logs {
namespace {

using namespace std::chrono_literals;

// Something that a wake can ring and a reading thread can wait for.
class Bell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 20s, [this] { return rung_; })) return false;
    rung_ = false;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
};

TEST(Reader, IsWokenOnceAfterItFoundNothing) {
  Channel channel(100);
  int wakes = 0;
  Reader reader(channel, 0, [&] { ++wakes; });
  channel.write("not asked yet");
  EXPECT_EQ(wakes, 0);
  EXPECT_EQ(reader.read(100).bytes, "not asked yet");
  channel.write("still something to read");
  EXPECT_EQ(wakes, 0);
  EXPECT_EQ(reader.read(100).bytes, "still something to read");
  EXPECT_EQ(reader.read(100).bytes, "");
  EXPECT_EQ(reader.read(100).bytes, "");
  channel.write("a");
  channel.write("b");
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(reader.read(100).bytes, "ab");
}

TEST(Reader, MayReadInsideItsWake) {
  Channel channel(100);
  std::string got;
  std::optional<Reader> reader;
  reader.emplace(channel, 0, [&] { got += reader->read(100).bytes; });
  reader->read(100);
  channel.write("no lock is held");
  EXPECT_EQ(got, "no lock is held");
}

TEST(Reader, IsNotWokenAfterItsDeath) {
  Channel channel(100);
  int wakes = 0;
  {
    Reader reader(channel, 0, [&] { ++wakes; });
    reader.read(1);
  }
  channel.write("x");
  EXPECT_EQ(wakes, 0);
}

TEST(Reader, OutlivesItsChannel) {
  auto channel = std::make_unique<Channel>(100);
  Reader reader(*channel, 0, [] {});
  channel->write("last words");
  channel.reset();
  EXPECT_EQ(reader.read(100).bytes, "last words");
  EXPECT_EQ(reader.read(100).bytes, "");
}

TEST(Reader, StartsWhereItIsTold) {
  Channel channel(4);
  channel.write("abcdefgh");
  Reader old(channel, 2, [] {});
  const Chunk chunk = old.read(2);
  EXPECT_EQ(chunk.lost, 2u);
  EXPECT_EQ(chunk.bytes, "ef");
  EXPECT_EQ(old.read(100).bytes, "gh");
  Reader fresh(channel, channel.end_offset(), [] {});
  EXPECT_EQ(fresh.read(100).bytes, "");
}

TEST(Reader, DestructionWaitsForARunningWake) {
  Channel channel(100);
  Bell started, go_on;
  std::atomic<bool> finished = false;
  auto reader = std::make_unique<Reader>(channel, 0, [&] {
    started.ring();
    go_on.wait();
    finished = true;
  });
  reader->read(1);
  std::thread writer([&] { channel.write("x"); });
  ASSERT_TRUE(started.wait());
  std::thread release([&] { go_on.ring(); });
  reader.reset();
  EXPECT_TRUE(finished);
  writer.join();
  release.join();
}

// Follows until `total` bytes are accounted for; checks that what it got is what stood at that offset.
void follow(const Channel& channel, std::uint64_t total, std::size_t limit, std::uint64_t& lost) {
  Bell bell;
  Reader reader(channel, 0, [&] { bell.ring(); });
  std::uint64_t offset = 0;
  while (offset < total) {
    const Chunk chunk = reader.read(limit);
    offset += chunk.lost;
    lost += chunk.lost;
    for (const char c : chunk.bytes) ASSERT_EQ(c, static_cast<char>('a' + offset++ % 26));
    ASSERT_EQ(offset, chunk.next);
    if (chunk.bytes.empty()) {
      ASSERT_TRUE(bell.wait());
    }
  }
}

TEST(Reader, ManyFollowAWriterThatWaitsForNobody) {
  constexpr std::uint64_t kTotal = 400'000;
  Channel channel(4096);
  std::vector<std::uint64_t> lost(6, 0);
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    readers.emplace_back([&, i] { follow(channel, kTotal, i == 0 ? 7 : 4096, lost[i]); });
  }
  std::string piece;
  for (std::uint64_t offset = 0; offset < kTotal; offset += piece.size()) {
    piece.clear();
    const std::uint64_t size = std::min<std::uint64_t>(1 + offset % 97, kTotal - offset);
    for (std::uint64_t i = 0; i < size; ++i) piece += static_cast<char>('a' + (offset + i) % 26);
    channel.write(piece);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(channel.end_offset(), kTotal);
}

TEST(Reader, ComeAndGoWhileOthersWrite) {
  Channel channel(1024);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) channel.write("some bytes\n");
  });
  for (int round = 0; round < 2000; ++round) {
    auto alive = std::make_unique<int>(round);
    Reader reader(channel, channel.end_offset(), [&] { *alive += 1; });
    reader.read(100);
    reader.read(100);
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace paddock::logs
