#include "output_pump.h"
#include "paddock/base/blocked_signals.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace paddock::process {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBufferBytes = 64 << 10;
// What a pipe is made to hold, and the most that it can unless root made it larger: what was printed before a
// collection.
constexpr std::size_t kPipeBytes = 1 << 20;
constexpr Duration kLetGoAfter = 1s;
constexpr OutputPump::Key kBellKey = std::numeric_limits<OutputPump::Key>::max();

void watch(int epoll, int fd, OutputPump::Key key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

// The kernel has an allowance for each user; beyond it a pipe stays as small as it was.
std::size_t enlarge(int pipe) {
  const int made = ::fcntl(pipe, F_SETPIPE_SZ, static_cast<int>(kPipeBytes));
  const int size = made > 0 ? made : ::fcntl(pipe, F_GETPIPE_SZ);
  return size > 0 ? static_cast<std::size_t>(size) : kBufferBytes;
}

int wait(int epoll, std::span<epoll_event> events, std::optional<Duration> longest) {
  const int room = static_cast<int>(events.size());
  if (!longest) return ::epoll_wait(epoll, events.data(), room, -1);
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(*longest);
  const timespec time{whole.count(), std::chrono::nanoseconds(*longest - whole).count()};
  const int count = ::epoll_pwait2(epoll, events.data(), room, &time, nullptr);
  // Kernels before 5.11 do not have it, and some containers forbid it.
  if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
  return ::epoll_wait(epoll, events.data(), room, static_cast<int>(*longest / 1ms) + 1);
}

}  // namespace

OutputPump::OutputPump()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      buffer_(kBufferBytes) {
  watch(epoll_.get(), bell_.get(), kBellKey);
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

OutputPump::~OutputPump() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.get(), &one, sizeof one);
  thread_.join();
}

void OutputPump::add(Key key, UniqueFd pipe, logs::LaunchLog log, std::shared_ptr<FatalWatch> watch) {
  const std::size_t capacity = enlarge(pipe.get());
  auto source = std::make_unique<Source>(
      Source{std::move(pipe), LineClerk::open(std::move(log), std::move(watch)), capacity, {}, {}, {}});
  submit({key, std::move(source), nullptr});
}

void OutputPump::collect(Key key, std::function<void()> done) { submit({key, nullptr, std::move(done)}); }

void OutputPump::submit(Order order) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.get(), &one, sizeof one);
}

void OutputPump::run() {
  std::array<epoll_event, 32> events;
  for (bool stop = false; !stop;) {
    const int count = wait(epoll_.get(), events, longest_wait(steady_now()));
    for (int i = 0; i < count; ++i) read_woken(events[static_cast<std::size_t>(i)].data.u64);
    read_napping();
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t got = ::read(bell_.get(), &rings, sizeof rings);
    std::vector<Order> orders;
    {
      const std::lock_guard lock(mutex_);
      orders.swap(orders_);
      stop = stopping_;
    }
    for (Order& order : orders) obey(std::move(order));
    drop_overdue(steady_now());
  }
  while (!sources_.empty()) {
    drain(*sources_.begin()->second, kPipeBytes);
    drop(sources_.begin()->first);
  }
}

void OutputPump::obey(Order order) {
  if (order.source) {
    watch(epoll_.get(), order.source->pipe.get(), order.key);
    sources_[order.key] = std::move(order.source);
    return;
  }
  const auto ended = ended_.find(order.key);
  LineClerk::DeskPtr desk = ended == ended_.end() ? nullptr : ended->second.lock();
  const auto found = sources_.find(order.key);
  if (found != sources_.end()) {
    desk = found->second->desk;
    found->second->let_go = steady_now() + kLetGoAfter;
    if (!drain(*found->second, kPipeBytes)) drop(order.key);
  }
  if (desk) return clerk_.when_read(desk, std::move(order.done));
  order.done();
}

// One buffer for each in turn, so that a flood does not starve the others.
void OutputPump::read_woken(Key key) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  Source& source = *found->second;
  if (!drain(source, kBufferBytes)) return drop(key);
  const TimePoint now = steady_now();
  if (!source.pace.woken(now)) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, source.pipe.get(), nullptr);
  source.nap_ends = now + PipePace::nap(source.capacity, 0);
}

void OutputPump::read_napping() {
  const TimePoint now = steady_now();
  std::vector<Key> ended;
  for (auto& [key, source] : sources_) {
    if (!source->nap_ends || *source->nap_ends > now) continue;
    const auto taken = drain(*source, source->capacity);
    if (!taken) {
      ended.push_back(key);
    } else if (source->pace.napped(*taken)) {
      source->nap_ends = steady_now() + PipePace::nap(source->capacity, *taken);
    } else {
      source->nap_ends.reset();
      watch(epoll_.get(), source->pipe.get(), key);
    }
  }
  for (const Key key : ended) drop(key);
}

// How much was there; nothing at the end of the pipe.
std::optional<std::size_t> OutputPump::drain(Source& source, std::size_t limit) {
  std::size_t taken = 0;
  while (taken < limit) {
    const ssize_t got = ::read(source.pipe.get(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) break;
    if (got <= 0) return {};
    clerk_.give(source.desk, {buffer_.data(), static_cast<std::size_t>(got)});
    taken += static_cast<std::size_t>(got);
  }
  return taken;
}

void OutputPump::drop(Key key) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  clerk_.close(found->second->desk);
  std::erase_if(ended_, [](const auto& one) { return one.second.expired(); });
  ended_[key] = found->second->desk;
  sources_.erase(found);
}

void OutputPump::drop_overdue(TimePoint now) {
  std::vector<Key> overdue;
  for (const auto& [key, source] : sources_) {
    if (source->let_go && *source->let_go <= now) overdue.push_back(key);
  }
  for (const Key key : overdue) {
    drain(*sources_[key], kPipeBytes);
    drop(key);
  }
}

// Nothing: until something happens.
std::optional<Duration> OutputPump::longest_wait(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const auto& [key, source] : sources_) {
    for (const auto& due : {source->let_go, source->nap_ends}) {
      if (due && (!next || *due < *next)) next = due;
    }
  }
  if (!next) return {};
  return std::max(Duration(0), *next - now);
}

}  // namespace paddock::process
