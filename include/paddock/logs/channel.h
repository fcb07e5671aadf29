// Channel: the last bytes that somebody wrote, for any number of readers.
//
// A byte ring addressed by absolute offset: the first byte ever written has offset 0. A writer never waits
// and never knows its readers; a reader is only an offset, so one that is slow, or never reads, costs nothing
// and is told how many bytes it lost. Not a line store and not a file: what the ring forgot is gone.
// Thread-safe; its mutex is a leaf lock (nothing is called while it is held).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace paddock::logs {

struct Chunk {
  std::string bytes;
  std::uint64_t next = 0;  // where to read on
  std::uint64_t lost = 0;  // bytes between the asked offset and the first one still here
};

class Reader;

class Channel {
 public:
  // The ring grows up to `capacity` bytes as they are needed, not before.
  explicit Channel(std::size_t capacity);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void write(std::string_view bytes);

  // At most `limit` bytes from `offset` on; empty when there is nothing newer. An offset past the end counts
  // as the end.
  Chunk read_from(std::uint64_t offset, std::size_t limit) const;
  std::uint64_t begin_offset() const;  // the oldest byte still here
  std::uint64_t end_offset() const;    // one past the newest
  // The last complete lines, at most `limit` bytes of them, each ended by LF. Empty when even the last one
  // is longer than that.
  std::string tail_lines(std::size_t limit) const;

 private:
  friend class Reader;
  struct State;
  std::shared_ptr<State> state_;
};

// Reader follows one channel. `wake` is called once, from the writing thread and with no channel lock held,
// when bytes arrive after a read() that found nothing; it may only pass the news on (post), not read.
// Destroying the Reader waits for a wake that is running and guarantees that none comes later; the channel
// may die first. One owner; read() is for the owner's thread only.
class Reader {
 public:
  Reader(const Channel& channel, std::uint64_t from, std::function<void()> wake);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // At most `limit` bytes. Empty bytes mean: a wake will come.
  Chunk read(std::size_t limit);

 private:
  friend class Channel;
  struct Subscriber;
  std::shared_ptr<Channel::State> state_;
  std::shared_ptr<Subscriber> subscriber_;
  std::uint64_t offset_;
};

}  // namespace paddock::logs
