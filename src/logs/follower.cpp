#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/blocked_signals.h"
#include "paddock/base/clock.h"
#include "paddock/base/unique_fd.h"
#include "paddock/logs/own_log.h"

namespace paddock::logs {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLastWords = 1s;
constexpr Duration kJoinMargin = 100ms;

void ring_bell(int bell) {
  const std::uint64_t one = 1;
  // Can only fail when the counter is full, and then it is readable already.
  [[maybe_unused]] const ssize_t written = ::write(bell, &one, sizeof one);
}

void clear_bell(int bell) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(bell, &count, sizeof count);
}

}  // namespace

struct Follower::State {
  explicit State(int descriptor) : fd(descriptor), bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  void run(Reader& reader);
  bool write_all(std::string_view bytes);
  bool wait_writable();
  std::optional<Duration> time_left();

  const int fd;
  const UniqueFd bell;  // rung by the channel and by the destructor
  std::atomic<bool> stopping = false;
  std::optional<TimePoint> deadline;  // the follower's thread only

  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;  // guarded by mutex
};

// Nothing until the destructor runs; from then on what is left of its second.
std::optional<Duration> Follower::State::time_left() {
  if (!stopping) return std::nullopt;
  const TimePoint now = steady_now();
  if (!deadline) deadline = now + kLastWords;
  return std::max(Duration::zero(), *deadline - now);
}

bool Follower::State::wait_writable() {
  for (;;) {
    const std::optional<Duration> left = time_left();
    if (left && *left == Duration::zero()) return false;
    const int timeout = left ? static_cast<int>(*left / 1ms) + 1 : -1;
    // Once stopping, the bell has nothing more to say and would only make the poll spin.
    pollfd fds[] = {{fd, POLLOUT, 0}, {bell.get(), POLLIN, 0}};
    if (::poll(fds, left ? 1 : 2, timeout) < 0 && errno != EINTR) return false;
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0) clear_bell(bell.get());
  }
}

bool Follower::State::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_writable()) return false;
    const ssize_t written = ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EAGAIN && errno != EINTR) return false;
  }
  return true;
}

void Follower::State::run(Reader& reader) {
  for (;;) {
    const bool last_round = stopping;
    const Chunk chunk = reader.read(PIPE_BUF);
    if (chunk.lost > 0) {
      const std::string note = "[" + std::to_string(chunk.lost) + " bytes of the log were lost here]\n";
      if (!write_all(note)) return;
    }
    if (!chunk.bytes.empty()) {
      if (!write_all(chunk.bytes)) return;
      continue;
    }
    if (last_round) return;
    pollfd fds[] = {{bell.get(), POLLIN, 0}};
    ::poll(fds, 1, -1);
    clear_bell(bell.get());
  }
}

Follower::Follower(const Channel& channel, int fd, From from) : state_(std::make_shared<State>(fd)) {
  const std::uint64_t begin = from == From::kNow ? channel.end_offset() : 0;
  auto reader = std::make_unique<Reader>(channel, begin, [state = state_] { ring_bell(state->bell.get()); });
  const BlockedSignals blocked;  // a reader that left shows as EPIPE
  thread_ = std::thread([state = state_, reader = std::move(reader)]() mutable {
    state->run(*reader);
    reader.reset();
    const std::lock_guard lock(state->mutex);
    state->done = true;
    state->ended.notify_all();
  });
}

Follower::~Follower() {
  state_->stopping = true;
  ring_bell(state_->bell.get());
  std::unique_lock lock(state_->mutex);
  const bool done = state_->ended.wait_for(lock, kLastWords + kJoinMargin, [this] { return state_->done; });
  lock.unlock();
  if (done) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace paddock::logs
