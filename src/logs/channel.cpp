#include "paddock/logs/channel.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

namespace paddock::logs {

// Calling the wake under a mutex of its own is what lets ~Reader wait for a call that is running.
struct Reader::Subscriber {
  explicit Subscriber(std::function<void()> function) : wake(std::move(function)) {}

  void call() {
    const std::lock_guard lock(mutex);
    if (wake) wake();
  }
  void silence() {
    const std::lock_guard lock(mutex);
    wake = nullptr;
  }

  std::mutex mutex;
  std::function<void()> wake;  // guarded by mutex
  bool waiting = false;        // guarded by the channel's mutex
};

struct Channel::State {
  explicit State(std::size_t bytes) : capacity(std::max<std::size_t>(bytes, 1)) {}

  void put(std::string_view bytes);
  Chunk get(std::uint64_t offset, std::size_t limit) const;
  std::string copy(std::uint64_t from, std::uint64_t to) const;
  char at(std::uint64_t offset) const { return ring[offset % capacity]; }

  const std::size_t capacity;
  mutable std::mutex mutex;
  // The rest is guarded by mutex. The byte at offset o is ring[o % capacity]; as long as nothing was
  // forgotten that is ring[o], so the ring can grow by appending.
  std::string ring;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::vector<std::shared_ptr<Reader::Subscriber>> waiting;
};

void Channel::State::put(std::string_view bytes) {
  if (bytes.size() > capacity) {
    end += bytes.size() - capacity;
    bytes.remove_prefix(bytes.size() - capacity);
  }
  const auto needed = static_cast<std::size_t>(std::min<std::uint64_t>(end + bytes.size(), capacity));
  if (needed > ring.capacity()) ring.reserve(std::min(capacity, std::max(needed, 2 * ring.capacity())));
  if (needed > ring.size()) ring.resize(needed);

  const auto index = static_cast<std::size_t>(end % capacity);
  const std::size_t first = std::min(bytes.size(), capacity - index);
  std::memcpy(ring.data() + index, bytes.data(), first);
  std::memcpy(ring.data(), bytes.data() + first, bytes.size() - first);
  end += bytes.size();
  if (end > capacity) begin = std::max(begin, end - capacity);
}

std::string Channel::State::copy(std::uint64_t from, std::uint64_t to) const {
  const auto index = static_cast<std::size_t>(from % capacity);
  const auto size = static_cast<std::size_t>(to - from);
  const std::size_t first = std::min(size, capacity - index);
  std::string out;
  out.reserve(size);
  out.append(ring, index, first);
  out.append(ring, 0, size - first);
  return out;
}

Chunk Channel::State::get(std::uint64_t offset, std::size_t limit) const {
  Chunk chunk;
  const std::uint64_t from = std::clamp(offset, begin, end);
  if (offset < from) chunk.lost = from - offset;
  chunk.next = from + std::min<std::uint64_t>(limit, end - from);
  if (chunk.next > from) chunk.bytes = copy(from, chunk.next);
  return chunk;
}

Channel::Channel(std::size_t capacity) : state_(std::make_shared<State>(capacity)) {}

Channel::~Channel() = default;

void Channel::write(std::string_view bytes) {
  if (bytes.empty()) return;
  std::vector<std::shared_ptr<Reader::Subscriber>> wake;
  {
    const std::lock_guard lock(state_->mutex);
    state_->put(bytes);
    wake.swap(state_->waiting);
    for (const auto& subscriber : wake) subscriber->waiting = false;
  }
  for (const auto& subscriber : wake) subscriber->call();
}

Chunk Channel::read_from(std::uint64_t offset, std::size_t limit) const {
  const std::lock_guard lock(state_->mutex);
  return state_->get(offset, limit);
}

std::uint64_t Channel::begin_offset() const {
  const std::lock_guard lock(state_->mutex);
  return state_->begin;
}

std::uint64_t Channel::end_offset() const {
  const std::lock_guard lock(state_->mutex);
  return state_->end;
}

std::string Channel::tail_lines(std::size_t limit) const {
  const std::lock_guard lock(state_->mutex);
  std::uint64_t stop = state_->end;
  while (stop > state_->begin && state_->at(stop - 1) != '\n') --stop;
  std::uint64_t start = state_->begin;
  if (stop - start > limit) start = stop - limit;
  // In the middle of a line, or where the byte before is forgotten: the first line is not complete.
  const bool at_line_start = start == 0 || (start > state_->begin && state_->at(start - 1) == '\n');
  if (!at_line_start) {
    while (start < stop && state_->at(start) != '\n') ++start;
    if (start < stop) ++start;
  }
  return state_->copy(start, stop);
}

Reader::Reader(const Channel& channel, std::uint64_t from, std::function<void()> wake)
    : state_(channel.state_), subscriber_(std::make_shared<Subscriber>(std::move(wake))), offset_(from) {}

Reader::~Reader() {
  {
    const std::lock_guard lock(state_->mutex);
    std::erase(state_->waiting, subscriber_);
  }
  subscriber_->silence();
}

Chunk Reader::read(std::size_t limit) {
  const std::lock_guard lock(state_->mutex);
  Chunk chunk = state_->get(offset_, limit);
  offset_ = chunk.next;
  if (chunk.bytes.empty() && !subscriber_->waiting) {
    subscriber_->waiting = true;
    state_->waiting.push_back(subscriber_);
  }
  return chunk;
}

}  // namespace paddock::logs
